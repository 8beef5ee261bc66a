/** `leasehold run` as a process to be measured: when it serves, what its metrics say, and its end. */
import { spawn } from "node:child_process";
import { once } from "node:events";

export const COMMAND = new URL("../src/cli/main.js", import.meta.url).pathname;

export interface RunningCoordinator {
  /** Resolves, once each has happened, with the instant of `performance.now()`. */
  readonly standsBy: Promise<number>;
  readonly serves: Promise<number>;
  /** A metric's value now, summed over its labels. */
  metric(name: string): Promise<number>;
  kill(): Promise<void>;
}

export function startCoordinator(endpoint: string, root: string, ttlSeconds: number): RunningCoordinator {
  const place = ["--etcd", endpoint, "--root-path", root, "--port", "0"];
  const flags = ["run", "rootcoord", "--active-standby", "--ttl", `${ttlSeconds}s`, ...place];
  const child = spawn(process.execPath, [COMMAND, ...flags], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "close");
  let log = "";
  const waiting: (() => void)[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    log += text;
    for (const look of waiting) look();
  });
  const says = (text: RegExp): Promise<{ readonly at: number; readonly found: string }> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = text.exec(log)?.[1];
        if (found !== undefined) resolve({ at: performance.now(), found });
      };
      waiting.push(look);
      look();
      void ended.then(() => reject(new Error(`a coordinator ended before it said ${text.source}:\n${log}`)));
    });
  const milestone = async (text: RegExp): Promise<number> => (await says(text)).at;
  const door = says(/http=(http:[^\]]+)/u);
  const coordinator = {
    standsBy: milestone(/(start to watch ACTIVE key)/u),
    serves: milestone(/(serving the catalogue)/u),
    async metric(name: string) {
      const page = await (await fetch(`${(await door).found}/metrics`)).text();
      const lines = page.split("\n").filter((line) => line.startsWith(`${name}{`));
      return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
  // Whoever waits for what a killed one never said hears of it; nobody else need.
  for (const one of [door, coordinator.standsBy, coordinator.serves]) one.catch(() => undefined);
  return coordinator;
}
