/** One endpoint: a port whose connections can be cut, and which refuses them where its member is down. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

export interface EndpointDoor {
  readonly port: number;
  /** Cuts one connection, by its peer's `address:port`. */
  cut(peer: string): void;
  /** Cuts all, and refuses others until it is opened again. */
  shut(): void;
  open(): void;
  close(): void;
}

interface Heard {
  connected(socket: Socket): void;
  /** This peer's connection is gone. */
  left(peer: string): void;
}

/** Listens there; rejects where it cannot. */
export async function openEndpointDoor(host: string, port: number, heard: Heard): Promise<EndpointDoor> {
  const sockets = new Map<string, Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    sockets.set(peer, socket);
    // What is wrong with a connection is its client's matter.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(peer);
      heard.left(peer);
    });
    heard.connected(socket);
  });
  await once(server.listen(port, host), "listening");
  const bound = (server.address() as AddressInfo).port;
  const cutAll = (): void => {
    for (const socket of sockets.values()) socket.destroy();
  };
  // Somebody else may have taken the port while it was free.
  server.on("error", () => undefined);
  return {
    port: bound,
    cut: (peer) => void sockets.get(peer)?.destroy(),
    shut() {
      server.close();
      cutAll();
    },
    open() {
      if (!server.listening) server.listen(bound, host);
    },
    close() {
      server.close();
      cutAll();
    },
  };
}
