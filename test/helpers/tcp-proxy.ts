/** A TCP proxy between a coordinator and etcd that can go silent, in one direction alone too, cut, or delay. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** The words of the fault `partition`. */
type Direction = "both" | "toEtcd" | "fromEtcd";

export interface Proxy {
  readonly endpoint: string;
  /**
   * Connections stay open and bring nothing in this direction until {@link Proxy.resume}: neither bytes nor an end. What
   * was sent arrives then, as TCP would have sent it again.
   */
  silence(direction?: Direction): void;
  resume(): void;
  /** Ends every connection and refuses new ones until {@link Proxy.resume}. */
  cut(): void;
  /** How many connections it has refused so far. */
  refused(): number;
  /** Holds everything back for this long, either way. */
  delay(ms: number): void;
  close(): Promise<void>;
}

export async function openProxy(target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const lanes = { toEtcd: new Lane(), fromEtcd: new Lane() };
  let refusing = false;
  let refused = 0;

  const pass = (from: Socket, to: Socket, lane: Lane): void => {
    const hand = lane.queue();
    from.on("data", (data) => hand(() => void to.write(data)));
    from.on("error", () => undefined); // a close follows
    from.on("close", () => {
      sockets.delete(from);
      hand(() => void to.destroy());
    });
    sockets.add(from);
  };
  const server = createServer((near) => {
    if (refusing) {
      refused++;
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    pass(near, far, lanes.toEtcd);
    pass(far, near, lanes.fromEtcd);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    silence(direction = "both") {
      for (const [name, lane] of Object.entries(lanes))
        if (direction === "both" || direction === name) lane.shut();
    },
    refused: () => refused,
    resume() {
      refusing = false;
      for (const lane of Object.values(lanes)) lane.open();
    },
    cut() {
      refusing = true;
      drop();
    },
    delay(ms) {
      for (const lane of Object.values(lanes)) lane.delayMs = ms;
    },
    async close() {
      drop();
      await once(server.close(), "close");
    },
  };
}

/** One direction: what passes waits for its delay and for the end of a silence, and keeps its order. */
class Lane {
  delayMs = 0;
  #opened: Promise<void> = Promise.resolve();
  #open: (() => void) | undefined;

  shut(): void {
    if (this.#open !== undefined) return;
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open?.();
    this.#open = undefined;
  }

  /** For one connection: hands on, in order, what it is given. */
  queue(): (deliver: () => void) => void {
    let last: Promise<void> = Promise.resolve();
    return (deliver) => {
      const due = this.delayMs > 0 ? sleep(this.delayMs) : undefined;
      last = Promise.all([last, due])
        .then(() => this.#opened)
        .then(deliver);
    };
  }
}
