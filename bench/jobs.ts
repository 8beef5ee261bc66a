/** What a second worker is worth: whole processes, by the wall. */
import { spawnSync } from "node:child_process";
import { compare, say, wallTime } from "./measure.ts";

const COMMAND = new URL("../src/cli/main.js", import.meta.url).pathname;
const RUNS = 20_000;

export function jobs(): void {
  const check = (count: number) => () => {
    const options = [
      "check",
      "--runs",
      String(RUNS),
      "--seed",
      "1",
      "--jobs",
      String(count),
      "--no-out",
      "--json",
    ];
    const { status, stderr } = spawnSync(process.execPath, [COMMAND, ...options], { encoding: "utf8" });
    if (status !== 0) throw new Error(`the check with ${count} jobs ended with ${status}: ${stderr}`);
  };
  const { own, other, ratio, spread } = compare(check(2), check(1), wallTime);
  say(`jobs: leasehold check --runs ${RUNS}, whole process, by the wall`);
  say(
    `  two jobs are ${ratio.toFixed(2)} times as fast as one (${spread}; ${own.toFixed(1)} s against ${other.toFixed(1)} s)`,
  );
}
