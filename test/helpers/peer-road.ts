/**
 * The roads of one etcd member to its peers: an HTTP proxy of its own, through which it reaches all of them. So a test can
 * close the roads between two members and leave everything else open, which no proxy in front of a member could: it would
 * not know who is asking.
 *
 * Members advertise addresses of TEST-NET-1 (RFC 5737), which lead nowhere and which Go, unlike loopback's, asks the proxy
 * of `HTTP_PROXY` for (net/http ProxyFromEnvironment); etcd's peer transport does (pkg/transport/transport.go).
 */
import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** What a member advertises to its peers. */
export function peerAddress(at: number): string {
  return `http://192.0.2.${at + 1}:2380`;
}

export interface PeerRoad {
  /** For the member's `HTTP_PROXY`. */
  readonly url: string;
  /** Ends what is under way to these peers and lets nothing more through to them. */
  close(to: readonly number[]): void;
  reopen(): void;
  end(): Promise<void>;
}

/** `ports`: where the members really listen to their peers. */
export async function openPeerRoad(ports: readonly number[]): Promise<PeerRoad> {
  const closed = new Set<number>();
  const travelling = new Set<{ readonly to: number; readonly socket: Socket }>();

  const travel = (incoming: IncomingMessage, answer: ServerResponse): void => {
    const url = new URL(incoming.url ?? "");
    const to = Number(url.hostname.split(".")[3]) - 1;
    const { headers, method, socket } = incoming;
    if (closed.has(to)) {
      socket.destroy();
      return;
    }
    const traveller = { to, socket };
    travelling.add(traveller);
    const path = url.pathname + url.search;
    const onward = request({ host: "127.0.0.1", port: ports[to], path, method, headers });
    incoming.pipe(onward);
    onward.on("error", () => socket.destroy());
    onward.on("response", (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      // Streams between members stay open; their first bytes must not wait for the last.
      answer.flushHeaders();
      response.pipe(answer);
      response.on("error", () => socket.destroy());
    });
    answer.on("close", () => {
      travelling.delete(traveller);
      onward.destroy();
    });
  };
  const server = createServer(travel);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close(to) {
      for (const peer of to) closed.add(peer);
      for (const traveller of travelling) if (closed.has(traveller.to)) traveller.socket.destroy();
    },
    reopen: () => closed.clear(),
    async end() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
