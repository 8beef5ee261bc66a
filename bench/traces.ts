/** What traces cost: making a story of a failure, recording a run, replaying a file. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { variantNamed } from "../models/variants.ts";
import { shipped } from "../models/variant.ts";
import { cases } from "../properties/arbitraries.ts";
import type { Case } from "../properties/case.ts";
import { catalogue } from "../properties/catalogue.ts";
import { judgeCase } from "../properties/check.ts";
import { shrinkCase } from "../properties/shrink/shrink.ts";
import { recordCase } from "../src/run/record.ts";
import { replayStrictly } from "../src/run/replay.ts";
import { linesOf, writeLines } from "../src/trace/trace-file.ts";
import { compare, median, say, time } from "./measure.ts";

/** The first failing case of each mutant that a property names, shrunk. */
export function shrinking(): void {
  const pool = fc.sample(cases(), { seed: 7, numRuns: 1500 });
  const sizes: number[] = [];
  const seconds: number[] = [];
  const runs: number[] = [];
  for (const property of catalogue) {
    for (const name of property.kills) {
      const variant = variantNamed(name);
      if (variant === undefined) continue;
      const given = pool.find((one) => judgeCase(one, variant, [property])[0]?.verdict?.type === "violated");
      if (given === undefined) continue;
      let shrunk: ReturnType<typeof shrinkCase>;
      seconds.push(time(() => (shrunk = shrinkCase(given, variant, property.name))));
      if (shrunk === undefined) continue;
      sizes.push(shrunk.case.decisions.length + shrunk.case.scenario.faults.length);
      runs.push(shrunk.runs);
    }
  }
  say(`shrinking: the first failing case of ${sizes.length} pairs of property and mutant`);
  say(`  ${median(sizes)} faults and decisions left (median; at most ${Math.max(...sizes)})`);
  say(
    `  ${(median(seconds) * 1000).toFixed(0)} ms and ${median(runs)} runs (median; at most ${(Math.max(...seconds) * 1000).toFixed(0)} ms)`,
  );
}

/** A check records nothing until a run fails; that run is run once more. */
export function recording(given: readonly Case[]): void {
  const few = given.slice(0, 60);
  const judge = (): void => few.forEach((one) => void judgeCase(one, shipped, catalogue));
  const { ratio, spread } = compare(judge, () =>
    few.forEach((one) => void recordCase({ ...one, variant: shipped }, () => undefined)),
  );
  say("recording: a run written down line by line, beside the same run only judged");
  say(`  ${ratio.toFixed(1)} times as long (${spread}); runs that do not fail are not recorded`);
}

/** A long trace: ten coordinators over some hours. */
export function replaying(): void {
  const folder = mkdtempSync(join(tmpdir(), "leasehold-bench-"));
  try {
    const file = join(folder, "long.jsonl");
    const [long] = fc.sample(cases({ coordinators: 9, horizonMs: 12 * 3_600_000, faults: false }), {
      numRuns: 1,
      seed: 1,
    });
    if (long === undefined) throw new Error("no case was generated");
    const { events } = writeLines(file, (line) => recordCase({ ...long, variant: shipped }, line));
    const { own, other, ratio, spread } = compare(
      () => {
        if (replayStrictly(linesOf(file)).type !== "identical") throw new Error("the replay differs");
      },
      () => {
        for (const line of linesOf(file)) JSON.parse(line);
      },
    );
    say(`replay: strictly, a file of ${events} events and ${(statSync(file).size / 1e6).toFixed(0)} MB`);
    say(
      `  ${Math.round(events / own / 1000)} thousand events/s; parsing the file alone takes ${(ratio * 100).toFixed(0)} % of that time (${spread}, ${other.toFixed(1)} s)`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
