/** A TCP proxy between a coordinator and etcd that can go silent, cut, or delay. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface Proxy {
  readonly endpoint: string;
  /** Connections stay open and bring nothing, either way, until {@link Proxy.resume}; what was sent waits. */
  silence(): void;
  resume(): void;
  /** Ends every connection and refuses new ones until {@link Proxy.resume}. */
  cut(): void;
  /** Holds everything back for this long, either way. */
  delay(ms: number): void;
  close(): Promise<void>;
}

export async function openProxy(target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let delayMs = 0;
  let silent = false;
  let refusing = false;
  const waiting: (() => void)[] = [];

  const pass = (from: Socket, to: Socket): void => {
    from.on("data", (data) => {
      const deliver = () => {
        if (silent) waiting.push(deliver);
        else to.write(data);
      };
      if (delayMs > 0) setTimeout(deliver, delayMs);
      else deliver();
    });
    from.on("close", () => to.destroy());
    from.on("error", () => to.destroy());
    sockets.add(from);
    from.on("close", () => sockets.delete(from));
  };
  const server = createServer((near) => {
    if (refusing) {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    pass(near, far);
    pass(far, near);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    silence: () => {
      silent = true;
    },
    resume: () => {
      silent = refusing = false;
      for (const deliver of waiting.splice(0)) deliver();
    },
    cut: () => {
      refusing = true;
      drop();
    },
    delay: (ms) => {
      delayMs = ms;
    },
    close: async () => {
      drop();
      await once(server.close(), "close");
    },
  };
}
