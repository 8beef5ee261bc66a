/** Evidence as a run: only what some line says is drawn, each with its line; and every form that a run has, it has too. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { milvusVariants } from "../../models/milvus/variants.ts";
import { mutants } from "../../models/mutants.ts";
import { shipped } from "../../models/variant.ts";
import { cases } from "../../properties/arbitraries.ts";
import { alignClocks } from "../../src/evidence/align.ts";
import { Evidence } from "../../src/evidence/evidence.ts";
import { judgeEvidence } from "../../src/evidence/promises.ts";
import { tellRun } from "../../src/evidence/told-run.ts";
import { EXPORT_FORMATS } from "../../src/export/formats.ts";
import { exportTrace } from "../../src/export/index.ts";
import type { ObservedRun } from "../../src/reading/observed-run.ts";
import { Reading, readRun } from "../../src/reading/reading.ts";
import { gatherRun } from "../../src/reading/run.ts";
import { lineSchema } from "../../src/trace/schema.ts";
import "../helpers/seed.ts";
import {
  damaged,
  damages,
  milvusLogs,
  ownLogs,
  recordings,
  runsEvenly,
  runOf,
  storeWatch,
  type Files,
} from "./print-run.ts";
import { tellStory } from "../../src/reading/tell-story.ts";

function toldOf(files: Files): Reading {
  const evidence = new Evidence();
  for (const [file, lines] of files) lines.forEach((line, at) => evidence.line(file, at + 1, line));
  const { clocks } = alignClocks(evidence.sources);
  const run = tellRun(evidence.sources, clocks, judgeEvidence(evidence.sources));
  return new Reading(gatherRun(run.lines));
}

const join = (...all: readonly Files[]): Files => new Map(all.flatMap((files) => [...files]));

const FORMS: Readonly<Record<string, (run: ObservedRun) => Files>> = {
  logs: (run) => ownLogs(run),
  "milvus 2.6": (run) => milvusLogs(run, () => 0, true),
  "logs and watch": (run) => join(ownLogs(run), storeWatch(run)),
  watch: storeWatch,
  everything: (run) => join(ownLogs(run), storeWatch(run), recordings(run)),
};

describe("a run told by evidence", () => {
  it("has nothing in it that no line says", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(
        cases(),
        fc.constantFrom(shipped, ...mutants, ...milvusVariants),
        fc.constantFrom(...Object.keys(FORMS)),
        damages,
        (given, variant, form, damage) => {
          const run = runOf(given, variant);
          const files = damaged(FORMS[form]?.(run) ?? new Map(), { ...damage, merged: false });
          const { lanes, observations, run: told } = toldOf(files);
          const { events } = told;
          // Each event names a line that is there.
          for (const { cause } of events) {
            const [file = "", line] = cause.type === "evidence" ? cause.line.split(/:(?=\d+$)/u) : [];
            expect(files.get(file)?.[Number(line) - 1]).toBeTruthy();
          }
          expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted((a, b) => a - b));
          // Everyone's milestones are milestones of the run, and as many at most.
          const names = told.processes;
          const count = (
            all: typeof observations,
            milestone: string,
            node: (index: number) => boolean,
          ): number =>
            all.filter((one) => one.type === "milestone" && one.milestone === milestone && node(one.node))
              .length;
          for (const milestone of ["won", "lost", "vacancy", "registered"] as const)
            for (const [index, name] of names.entries()) {
              if (/-\d+$|#/u.test(name)) continue;
              const node = run.scenario.coordinators.findIndex((one) => one.name === name);
              const real = count(run.observations, milestone, (one) => one === node);
              expect(count(observations, milestone, (one) => one === index)).toBeLessThanOrEqual(real);
            }
          // What etcd did stands there only where something told it, in the order of its revisions.
          const changes = observations.flatMap((one) =>
            one.type === "change" ? [one.event.kv.modRevision] : [],
          );
          expect(changes).toEqual(changes.toSorted((left, right) => left - right));
          // Behind its last line nobody is drawn.
          for (const { bands, name } of lanes) {
            const last = events.findLast(({ node }) => node === name);
            const end = bands.at(-1);
            if (last !== undefined && end !== undefined && last.at < told.untilMs)
              expect(["unknown", "down"]).toContain(end.standing);
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it("is a trace by its schema, and is told and exported like one", () => {
    const [given] = fc.sample(cases(), { numRuns: 1, seed: 11 });
    if (given === undefined) throw new Error("no case");
    for (const form of Object.values(FORMS)) {
      const reading = toldOf(form(runOf(given, shipped)));
      const { end, events, header } = reading.run;
      const lines = end === undefined ? [header, ...events] : [header, ...events, end];
      for (const line of lines) expect(lineSchema.safeParse(line).error).toBeUndefined();
      expect(tellStory(reading).length).toBeGreaterThan(0);
      for (const format of EXPORT_FORMATS) {
        const text = exportTrace(format, lines, { page: () => "<!--title--><!--trace-->" });
        expect(text).not.toContain("shipped, ");
        expect(text.length).toBeGreaterThan(100);
      }
    }
  });
});

const at = (second: number, rest: string): string =>
  `[2024/03/04 04:21:${String(second).padStart(2, "0")}.000 +00:00] [INFO] [a/b.go:1] ${rest}`;

it("a coordinator that says nothing more serves no further than its last line", () => {
  const reading = toldOf(
    new Map([
      [
        "a.log",
        [
          at(1, '["register ACTIVE rootcoord"] [revision=5]'),
          at(2, '["RootCoord startup success"]'),
          at(9, '["flush done"]'),
        ],
      ],
      ["b.log", [at(30, '["serverName: rootcoord enter STANDBY mode"]')]],
    ]),
  );
  const [lane] = reading.lanes;
  expect(lane?.bands.map(({ from, standing, to }) => [standing, from, to])).toEqual([
    ["activating", 0, 1000],
    ["active", 1000, 8000],
    ["unknown", 8000, 29_000],
  ]);
  // No line told a lease's length, nor anything of etcd.
  expect(reading.leases).toEqual([]);
  expect(reading.run.events.some(({ node }) => node === "etcd")).toBe(false);
});

it("a recorded claim ends by its own clock, wherever that was placed", () => {
  // A clock that drifts makes a lease as long as it likes.
  const given = fc.sample(cases(), { numRuns: 20, seed: 4 }).find(({ scenario }) => runsEvenly(scenario));
  if (given === undefined) throw new Error("no case");
  const run = runOf(given, shipped);
  const reading = toldOf(join(storeWatch(run), recordings(run)));
  let claims = 0;
  for (const one of reading.observations) {
    if (one.type !== "claim") continue;
    claims++;
    // Never longer than its lease, whatever the instant at which its process began.
    const { ttlSeconds = run.scenario.ttlSeconds } = run.scenario.coordinators[one.node] ?? {};
    expect(one.until - one.at).toBeLessThanOrEqual(ttlSeconds * 1100);
  }
  expect(claims).toBeGreaterThan(0);
});

it("a store's changes without any clock keep their order, and say no instant", () => {
  const reading = readRun(
    tellRun(
      (() => {
        const evidence = new Evidence();
        evidence.line("w.jsonl", 1, watchLine(4, "by-dev/meta/session/rootcoord", '{"ServerID":1}'));
        evidence.line("w.jsonl", 2, watchLine(9, "by-dev/meta/session/rootcoord", '{"ServerID":2}'));
        return evidence.sources;
      })(),
      [],
      [],
    ).lines,
  );
  expect(tellStory(reading).map(({ text }) => String(text))).toEqual([
    "rev 4: + rootcoord = id 1",
    "rev 9: + rootcoord = id 2",
  ]);
  expect(reading.run.header.scenario.title).toBe("what was logged");
});

function watchLine(revision: number, key: string, value: string): string {
  const kv = {
    key: Buffer.from(key).toString("base64"),
    create_revision: revision,
    mod_revision: revision,
    version: 1,
    value: Buffer.from(value).toString("base64"),
  };
  return JSON.stringify({ Header: { revision }, Events: [{ kv }] });
}
