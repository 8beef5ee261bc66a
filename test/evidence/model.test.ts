/** Logs against models: each release's runs are explained by its model to the last line; what none says is found, with its line. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { milvusVariants } from "../../models/milvus/variants.ts";
import { shipped } from "../../models/variant.ts";
import { variantOfBug } from "../../properties/bugs/kept.ts";
import { milvusBugs } from "../../properties/bugs/known-bugs.ts";
import { cases } from "../../properties/arbitraries.ts";
import { ChartSpace } from "../../src/evidence/chart-space.ts";
import { conform } from "../../src/evidence/conform.ts";
import { Evidence } from "../../src/evidence/evidence.ts";
import { likelyBugs } from "../../src/evidence/likely-bugs.ts";
import { modelled, saidBy } from "../../src/evidence/model.ts";
import { membersIn } from "../../src/evidence/participants.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { builtInNamed } from "../../src/scenario-file/built-in.ts";
import "../helpers/seed.ts";
import { milvusLogs, ownLogs, runOf, type Files } from "./print-run.ts";

function gather(files: Files): Evidence {
  const evidence = new Evidence();
  for (const [file, lines] of files) lines.forEach((line, at) => evidence.line(file, at + 1, line));
  return evidence;
}

describe("the model of a log's release", () => {
  it("explains every line that a run of the shipped election logs", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(cases(), (given) => {
        fc.pre(given.scenario.coordinators.every(({ variant }) => variant === undefined));
        for (const { members } of modelled(gather(ownLogs(runOf(given, shipped))).sources))
          for (const { conformance } of members) expect(conformance.stuck).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  it("explains whoever gave up after campaigns of which some went unanswered", () => {
    const given = scenario({
      coordinators: coordinators("rootcoord", 2).map((one) => ({
        ...one,
        activeStandby: false,
        retryTimes: 3,
      })),
      faults: [{ type: "lose", atMs: 0, on: "rootcoord-b", leg: "reply", purpose: "campaign", count: 2 }],
      horizonMs: 60_000,
    });
    const logs = ownLogs(runOf({ scenario: given, decisions: [] }, shipped));
    expect([...logs.values()].flat().join()).toContain("Register failed");
    for (const { members } of modelled(gather(logs).sources))
      for (const { conformance } of members) expect(conformance.stuck).toBeUndefined();
  });

  it("explains a life that ended before it campaigned, its server id given twice by a restored etcd", () => {
    const given = scenario({
      coordinators: coordinators("rootcoord", 2),
      faults: [
        { type: "goBack", atMs: 60, by: 1, forMs: 1 },
        { type: "crash", atMs: 31_561, on: "rootcoord-a", restartAfterMs: 72_000 },
      ],
      etcd: { version: "3.4.23", clockRate: 1, members: 3 },
      horizonMs: 200_000,
    });
    const logs = ownLogs(runOf({ scenario: given, decisions: [{ index: 25, answer: 1 }] }, shipped));
    expect([...logs.values()].flat().join()).toContain('[reason="server id taken"]');
    for (const { members } of modelled(gather(logs).sources))
      for (const { conformance } of members) expect(conformance.stuck).toBeUndefined();
  });

  it.each(milvusVariants.map((variant) => [variant.name, variant] as const))(
    "explains every line that a run of %s logs",
    { timeout: 120_000 },
    (_, variant) => {
      const settings = { activeStandby: true, afterLoss: "exit" } as const;
      const space = new ChartSpace(variant, settings);
      const must = new Set(["registered", "standby", "campaigning", "watching", "vacancy", "won"] as const);
      fc.assert(
        fc.property(cases(), (given) => {
          fc.pre(
            given.scenario.coordinators.every(
              ({ activeStandby, variant }) => activeStandby && variant === undefined,
            ),
          );
          for (const source of gather(milvusLogs(runOf(given, variant))).sources)
            if (source.type === "log")
              for (const member of membersIn(source)) {
                const { stuck } = conform(space, saidBy(member), must, false);
                expect(stuck).toBeUndefined();
              }
        }),
        { numRuns: 8 },
      );
    },
  );
});

describe("a log that no run of its model says", () => {
  const at = (second: number, rest: string): string =>
    `[2024/03/04 04:21:${String(second).padStart(2, "0")}.000 +00:00] [INFO] [sessionutil/session_util.go:1] ${rest}`;
  const STANDBY = [
    at(1, '["Service registered successfully"] [ServerName=rootcoord] [serverID=7]'),
    at(2, '["serverName: rootcoord enter STANDBY mode"]'),
    at(3, '["try to register as ACTIVE rootcoord service..."]'),
    at(4, '["rootcoord start to watch ACTIVE key x/rootcoord"]'),
  ];
  const conformanceOf = (...lines: readonly string[]) => {
    const [model] = modelled(gather(new Map([["a.log", lines]])).sources);
    return model?.members[0];
  };

  it("is followed up to the first line that nothing explains, with what could have stood there", () => {
    const found = conformanceOf(
      ...STANDBY,
      at(9, '["register ACTIVE rootcoord"]'),
      at(10, '["RootCoord startup success"]'),
    );
    expect(found?.conformance).toMatchObject({
      explained: 4,
      of: 6,
      stuck: { line: { milestone: "won", place: { file: "a.log", line: 5 } } },
    });
    expect(found?.conformance.stuck?.instead).toContain("vacancy");
    // The nearest run says one line more, and the rest is explained.
    expect(found?.nearest).toEqual([
      { type: "missing", milestone: "campaigning", before: { file: "a.log", line: 5 } },
    ]);
  });

  it("has a line too many where leaving it out is nearer", () => {
    const again = at(3, '["serverName: rootcoord enter STANDBY mode"]');
    const found = conformanceOf(...STANDBY.slice(0, 3), again, ...STANDBY.slice(3));
    expect(found?.nearest).toEqual([
      { type: "extra", milestone: "standby", place: { file: "a.log", line: 4 } },
    ]);
  });

  it("that campaigns for ever is followed to its end, in as many states as its election has", () => {
    // Each attempt was a state once: some hundred of them took minutes.
    const lines = Array.from({ length: 500 }, (_, number) =>
      at(number % 60, `["try to register as ACTIVE rootcoord service..."] [n=${number}]`),
    );
    expect(conformanceOf(...lines)?.conformance).toMatchObject({ explained: 500, of: 500 });
    const own = lines.map((line) =>
      line.replace(/try to .* service/u, "start retrying to register as ACTIVE service"),
    );
    expect(conformanceOf(...own)?.conformance.explained).toBeGreaterThan(29);
  });

  it("that begins in the middle is followed from there", () => {
    expect(conformanceOf(...STANDBY.slice(2))?.conformance.stuck).toBeUndefined();
  });
});

describe("known bugs", () => {
  const idsFor = (run: ReturnType<typeof runOf>, newest: boolean): readonly string[] => {
    const { sources } = gather(milvusLogs(run, () => 0, newest));
    return likelyBugs(modelled(sources), []).map(({ bug }) => bug.id);
  };

  it.each(["F01", "F02", "D1", "D2"])("%s is among those that its own log looks like", (id) => {
    const bug = milvusBugs.find((one) => one.id === id);
    if (bug === undefined) throw new Error(`no bug ${id}`);
    expect(idsFor(runOf(bug.case, variantOfBug(bug)), false)).toContain(id);
  });

  it.each(["walk", "clean-stop", "rolling-restart", "two-roles"])("are not seen in %s", (name) => {
    const given = builtInNamed(name)?.scenario;
    if (given === undefined) throw new Error(`no scenario ${name}`);
    for (const variant of milvusVariants.filter((one) => /2\.[46]/u.test(one.name)))
      expect(idsFor(runOf({ scenario: given, decisions: [] }, variant), false)).toEqual([]);
  });
});
