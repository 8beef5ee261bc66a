/** A way to etcd that swallows whoever wants to connect, as a firewall does: nobody is refused, and nothing comes back. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Hole {
  readonly endpoint: string;
  /** From now on it is a proxy like any other. */
  fill(): void;
  close(): Promise<void>;
}

/** A listener's queue is full when one more than this waits. */
const BACKLOG = 1;

const PROXY = `
  const net = require("node:net");
  const [port, host, backlog] = process.argv.slice(1);
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), host);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on("error", () => undefined);
  });
  server.listen({ port: 0, host: "127.0.0.1", backlog: Number(backlog) }, () => console.log(server.address().port));
`;

/** A process that stands still takes no connection; when its queue is full the system drops what asks for one. */
export async function openHole(target: string): Promise<Hole> {
  const { hostname, port } = new URL(target);
  const proxy = spawn(process.execPath, ["-e", PROXY, port, hostname, String(BACKLOG)], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = (await once(proxy.stdout, "data")) as [Buffer];
  const place = Number(line.toString());
  proxy.kill("SIGSTOP");
  const waiting: Socket[] = [];
  for (let count = 0; count <= BACKLOG; count++) {
    const socket = connect(place, "127.0.0.1").on("error", () => undefined);
    waiting.push(socket);
    await once(socket, "connect");
  }
  return {
    endpoint: `http://127.0.0.1:${place}`,
    fill: () => void proxy.kill("SIGCONT"),
    async close() {
      for (const socket of waiting) socket.destroy();
      const ended = once(proxy, "close");
      proxy.kill("SIGKILL");
      await ended;
    },
  };
}
