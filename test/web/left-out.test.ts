/** What is left out of the pages' script changes nothing of what they do. */
import { build, type Plugin } from "esbuild";
import { beforeAll, expect, test } from "vitest";
import { rerunMutants } from "../../models/rerun-mutants.ts";
import { leftOut, withoutReruns } from "../../tools/left-out.ts";
import { readProjectFile } from "../helpers/repository.ts";
import * as whole from "./whole-charts.ts";

async function bundled(plugins: Plugin[]): Promise<{ readonly text: string; readonly is: typeof whole }> {
  const { outputFiles } = await build({
    entryPoints: ["test/web/whole-charts.ts"],
    bundle: true,
    write: false,
    format: "esm",
    plugins,
  });
  const text = outputFiles[0]?.text ?? "";
  const script = Buffer.from(text).toString("base64");
  return { text, is: (await import(`data:text/javascript;base64,${script}`)) as typeof whole };
}

let all: Awaited<ReturnType<typeof bundled>>;
let left: Awaited<ReturnType<typeof bundled>>;
/** As of a page that makes no runs. */
let telling: Awaited<ReturnType<typeof bundled>>;
beforeAll(async () => {
  [all, left, telling] = await Promise.all([
    bundled([]),
    bundled([leftOut(true)]),
    bundled([leftOut(false)]),
  ]);
});

test("every step of every chart is the same without xstate's actors", () => {
  const steps = whole.steps();
  expect(steps.length).toBeGreaterThan(28);
  // What no page makes a run of is no variant there.
  const isLeftOut = (step: string) => rerunMutants.some(({ name }) => step.startsWith(`${name} `));
  expect(left.is.steps()).toEqual(steps.filter((step) => !isLeftOut(step)));
});

test("the tables of the simulated etcd are the same", () => {
  expect(whole.tables().length).toBeGreaterThan(1000);
  expect(left.is.tables()).toBe(whole.tables());
});

test("faults do, offer and ask for the same without what draws them", () => {
  expect(left.is.faults()).toEqual(whole.faults());
});

test("as many inequalities are broken where none is told", () => {
  expect(new Set(whole.misfits()).size).toBe(3);
  expect(left.is.misfits()).toEqual(whole.misfits());
});

test("it is left out: actors, draws, solutions, and what only writers of scenario files read", () => {
  expect(all.is.drawn()).toEqual(whole.drawn());
  expect(left.is.drawn()).toEqual([]);
  expect(whole.solutions().length).toBeGreaterThan(10);
  expect(all.is.solutions()).toEqual(whole.solutions());
  expect(left.is.solutions()).toEqual([]);
  const traces = [
    "_sendInspectionEvent({",
    "mailbox",
    "Cannot stop child actor",
    "who dies at once",
    "Alive in etcd.",
    "the pause after a campaign that fails",
    "Unable to evaluate guard",
    "invokeConfig",
    "does not survive being written down",
    "specified for compound state node",
  ];
  expect(traces.filter((trace) => !all.text.includes(trace))).toEqual([]);
  expect(traces.filter((trace) => left.text.includes(trace))).toEqual([]);
});

test("violations are told in the same words where nothing is judged", () => {
  const kinds = all.is.kinds();
  expect(kinds).toHaveLength(whole.kinds().length);
  for (const one of [left, telling]) expect(one.is.kinds()).toEqual(kinds);
  expect(left.is.judges()).toEqual(whole.judges());
  expect(telling.is.judges()).toEqual([]);
});

test("a run is not run again for promises that need several", () => {
  const left = withoutReruns(readProjectFile("src/run/monitors.ts"));
  expect(left).not.toContain("reruns.find");
  expect(left).toMatch(/rerunVerdict\([^)]*\): TraceVerdict\[\] \{\n {2}return \[\];/u);
});
