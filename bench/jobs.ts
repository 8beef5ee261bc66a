/**
 * What a second worker is worth: whole processes, by the wall. And what the machine's second core is worth: the same schedules as two shards,
 * each a process of its own that shares nothing with the other.
 */
import { spawnSync } from "node:child_process";
import { median, rounds, say, spreadOf, wallTime } from "./measure.ts";

const COMMAND = new URL("../src/cli/main.js", import.meta.url).pathname;
const TWO_SHARDS =
  '"$0" "$@" --shard 1/2 > /dev/null & first=$!; "$0" "$@" --shard 2/2 > /dev/null && wait $first';

export function jobs(runs: number): void {
  const check = ["check", "--runs", String(runs), "--seed", "1"];
  const table = ["--no-out", "--json"];
  const run = (program: string, ...options: readonly string[]) => {
    const { status, stderr } = spawnSync(program, options, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${options.join(" ")} ended with ${status}: ${stderr}`);
  };
  const sides = [
    () => run(process.execPath, COMMAND, ...check, ...table, "--jobs", "1"),
    () => run(process.execPath, COMMAND, ...check, ...table, "--jobs", "2"),
    () => run("sh", "-c", TWO_SHARDS, process.execPath, COMMAND, ...check, "--jobs", "1"),
  ];
  // Whoever comes first meets another's heat: they change places.
  const taken = rounds((round) => {
    const seconds: number[] = [];
    for (const place of sides.keys()) {
      const side = (place + round) % sides.length;
      seconds[side] = wallTime(() => sides[side]?.());
    }
    return seconds;
  });
  say(`jobs: leasehold check --runs ${runs}, whole process, by the wall`);
  for (const [side, name] of ["two jobs are", "two shards at once are"].entries()) {
    const ratios = taken.map(([one = 0, ...others]) => one / (others[side] ?? 0));
    const seconds = (of: number) => median(taken.map((round) => round[of] ?? 0)).toFixed(1);
    say(
      `  ${name} ${median(ratios).toFixed(2)} times as fast as one job ` +
        `(${spreadOf(ratios)}; ${seconds(side + 1)} s against ${seconds(0)} s)`,
    );
  }
}
