/** The scenario nearest to a log says, run again, what the log says, and breaks what the evidence shows broken. */
import { describe, expect, it } from "vitest";
import { milvusVariants } from "../../models/milvus/variants.ts";
import { shipped } from "../../models/variant.ts";
import { variantNamed } from "../../models/variants.ts";
import { alignClocks } from "../../src/evidence/align.ts";
import { Evidence } from "../../src/evidence/evidence.ts";
import { modelled } from "../../src/evidence/model.ts";
import { nearestScenario, type NearestScenario } from "../../src/evidence/nearest-scenario.ts";
import { judgeEvidence } from "../../src/evidence/promises.ts";
import { tellRun } from "../../src/evidence/told-run.ts";
import { builtInNamed } from "../../src/scenario-file/built-in.ts";
import { readScenario } from "../../src/scenario-file/read-scenario.ts";
import { writeScenario } from "../../src/scenario-file/write-scenario.ts";
import { readProjectFile } from "../helpers/repository.ts";
import { milvusLogs, ownLogs, runOf, type Files } from "./print-run.ts";

function nearestTo(files: Files): NearestScenario | undefined {
  const evidence = new Evidence();
  for (const [file, lines] of files) lines.forEach((line, at) => evidence.line(file, at + 1, line));
  const { sources } = evidence;
  const verdicts = judgeEvidence(sources);
  return nearestScenario(
    tellRun(sources, alignClocks(sources).clocks, verdicts),
    modelled(sources),
    verdicts,
  );
}

function caseOf(name: string) {
  const scenario = builtInNamed(name)?.scenario;
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  return { scenario, decisions: [] };
}

describe("the nearest scenario", () => {
  it.each([
    "walk",
    "clean-stop",
    "handover",
    "rolling-restart",
    "deleted-key",
    "partition",
    "long-pause",
    "ha-off",
  ])("of the logs of %s says almost every step of them", { timeout: 60_000 }, (name) => {
    const found = nearestTo(ownLogs(runOf(caseOf(name), shipped)));
    expect(found?.of).toBeGreaterThan(5);
    expect((found?.alike ?? 0) / (found?.of ?? 1)).toBeGreaterThanOrEqual(0.9);
    // It is a file that people can read and change.
    if (found === undefined) return;
    expect(readScenario(writeScenario(found.scenario), { title: "case" })).toMatchObject({ type: "ok" });
  });

  it("of a Milvus log is one for the model of its release", { timeout: 60_000 }, () => {
    const release = milvusVariants.find(({ name }) => name === "milvus-2.6");
    if (release === undefined) throw new Error("no such release");
    const found = nearestTo(milvusLogs(runOf(caseOf("walk"), release), () => 0, true));
    expect(found?.variant.name).toBe("milvus-2.6");
    expect(found?.scenario.faults.map(({ type }) => type)).toEqual(["crash"]);
    expect(found?.alike).toBe(found?.of);
  });

  it(
    "of the incident breaks what its watch proves broken, by a pause and a write that comes late",
    { timeout: 60_000 },
    () => {
      const names = ["rootcoord-a.log", "rootcoord-b.log", "watch.jsonl"];
      const files = new Map(
        names.map((name) => [name, readProjectFile(`docs/examples/incident/${name}`).trimEnd().split("\n")]),
      );
      const found = nearestTo(files);
      expect(found?.violation?.property).toBe("fencing");
      expect(found?.scenario.faults.map(({ type }) => type)).toEqual(["pause", "delay"]);
      expect(variantNamed(found?.variant.name ?? "")?.name).toBe("no-fencing");
    },
  );

  it("of etcd's words alone is none: nobody's steps are told", () => {
    const watch = readProjectFile("docs/examples/incident/watch.jsonl").trimEnd().split("\n");
    expect(nearestTo(new Map([["watch.jsonl", watch]]))).toBeUndefined();
  });
});
