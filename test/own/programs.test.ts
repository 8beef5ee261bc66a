/** What broke a promise about programs, after the test: run again from their module, stepped through, shown, kept. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { History } from "../../src/run/history.ts";
import { adversity, check, definePrograms, neverTwo } from "../../src/testing/index.ts";
import { inOneTurn } from "../../src/testing/turn.ts";
import type { TraceEvent, TraceHeader } from "../../src/trace/format.ts";
import { ROOT } from "../helpers/repository.ts";
import { forgetful } from "../testing/locks.ts";
import { Folder } from "./command.ts";

const folder = new Folder();
const TRACE = "failures/never-two-claim-lock.jsonl";
const MODULE = `
import { absent, definePrograms, neverTwo, put } from "leasehold/testing";
async function worker({ claim, kv, name, log, sleep }) {
  const { id: lease } = await kv.grant(10);
  while (!(await kv.txn({ compare: [absent("lock")], success: [put("lock", name, { lease })] })).succeeded) {
    await kv.keepAlive(lease);
    await sleep(1000);
  }
  claim("lock");
  log("works under the lock");
  while ((await kv.keepAlive(lease)) > 0) await sleep(2000);
}
export const lock = definePrograms({ programs: worker, properties: [neverTwo("lock")] });
`;
const TEST = `
import { adversity, check } from "leasehold/testing";
import { lock } from "./lock.mjs";
const options = { properties: lock.properties, module: "lock.mjs", seed: 1, out: "failures" };
await check(adversity({ processes: 2, faults: ["pause"] }), lock.programs, options);
`;

beforeAll(() => {
  mkdirSync(join(folder.path, "node_modules"));
  symlinkSync(ROOT, join(folder.path, "node_modules/leasehold"), "dir");
  folder.write("lock.mjs", MODULE);
  folder.write("find.mjs", TEST);
  spawnSync(process.execPath, ["find.mjs"], { cwd: folder.path });
});
afterAll(() => folder.remove());

describe("a trace of programs", () => {
  it("runs again where the module is that it names, with its story", () => {
    const { code, out } = folder.run(`replay ${TRACE}`);
    expect(out).toContain("never two claim lock of 2 programs, 1 fault");
    expect(out).toContain(
      "REPRODUCED: never two claim lock is violated again; every event, effect and state is identical.",
    );
    expect(out).toMatch(/worker-\d {2}works under the lock\n.*worker-\d {2}claims lock\n/u);
    expect(code).toBe(1);
  });

  it("tells how everyone stands, by what is claimed", () => {
    const { out } = folder.run(`replay ${TRACE} --at 5s`);
    expect(out).toMatch(/worker-\d {2}▶ PAUSED, lock, SERVES\n +may serve for ever, token 0\n/u);
    expect(out).toMatch(/worker-\d {2}running\n/u);
  });

  it("has a lane for each program in every export", () => {
    const mermaid = folder.run(`replay ${TRACE} --export mermaid`).out;
    expect(mermaid).toContain("participant c1 as worker-1\n  participant c2 as worker-2\n");
    expect(mermaid).toMatch(/c\d->>etcd: [\d.]+ s txn/u);
    expect(mermaid).toMatch(/Note over c\d: [\d.]+ s ACTIVE\n/u);
    expect(folder.run(`replay ${TRACE} --export html --out page.html`).code).toBe(0);
    expect(readFileSync(join(folder.path, "page.html"), "utf8")).toContain("worker-2");
  });

  it("is found mended when the code is, and says so where the code breaks the rules", () => {
    folder.write("lock.mjs", MODULE.replace('claim("lock");', 'claim("lock", { until: 0 });'));
    const mended = folder.run(`replay ${TRACE}`);
    expect(mended.out).toContain("FIXED: never two claim lock holds");
    expect(mended.code).toBe(0);
    folder.write("lock.mjs", MODULE.replace('claim("lock");', "Date.now();"));
    const refused = folder.run(`replay ${TRACE}`);
    expect(refused.err).toMatch(
      /^leasehold: worker-\d called Date\.now\(\), which is not the same in every run\n {2}use ctx\.now\(\) instead, or run the program withTimers\(…\) where a library calls it\n$/u,
    );
    expect(refused.code).toBe(2);
    folder.write("lock.mjs", MODULE);
  });

  it("without its module is told and not run", () => {
    mkdirSync(join(folder.path, "elsewhere"));
    const elsewhere = { cwd: join(folder.path, "elsewhere") };
    const file = join(folder.path, TRACE);
    expect(folder.run(`replay ${file}`, elsewhere).err).toContain(
      "it was recorded with lock.mjs, not to be found from here, and needs the programs and the property never two claim lock\n",
    );
    expect(folder.run(`replay ${file} --program ../lock.mjs`, elsewhere).out).toContain("is identical");
    expect(folder.run(`replay ${file} --print --to 1s`, elsewhere).code).toBe(0);
  });

  it("is kept as a test that fails until the mistake is mended", () => {
    const { out } = folder.run(`replay ${TRACE} --save-test kept.test.ts`);
    expect(out).toContain(
      "kept.test.ts keeps the case: never two claim lock holds, once the mistake is mended.",
    );
    const text = readFileSync(join(folder.path, "kept.test.ts"), "utf8");
    expect(text).toContain('import * as own1 from "./lock.mjs";\n');
    expect(text).toContain("const { unmet, verdict } = await judgeKept(kept);");
  });
});

describe("a history of programs", () => {
  it("goes both ways, though their worlds cannot be copied", async () => {
    const own = definePrograms({ programs: forgetful, properties: [neverTwo("lock")] });
    const { failure } = await check(adversity({ processes: 2, faults: ["pause"] }), own.programs, {
      properties: own.properties,
      seed: 1,
    });
    const [header, ...lines] = (failure?.trace ?? []).map((line) => JSON.parse(line) as unknown);
    const events = lines.filter((line): line is TraceEvent => (line as TraceEvent).type === "event");
    const seen = await inOneTurn(() => {
      const history = new History(header as TraceHeader, shipped, own.makers);
      const back = Array.from({ length: history.events }, (_, at) => history.events - at);
      return {
        all: back.map((n) => history.frame(n).event),
        last: history.moment(history.events, history.instantOf(history.events)),
      };
    });
    expect(events.length).toBeGreaterThan(20);
    // Nobody knows the promise here, so the run goes on to its horizon.
    expect(seen.all.toReversed().slice(0, events.length)).toEqual(events);
    expect(seen.last.coordinators.map(({ standing }) => standing)).toContain("active");
  });
});

describe("a definition of programs", () => {
  it.each<[object, string]>([
    [
      { programs: undefined, properties: [neverTwo("x")] },
      "programs is neither a function nor functions by their names",
    ],
    [{ programs: () => undefined, properties: [] }, "nothing is promised"],
  ])("%o is refused", (given, why) => {
    expect(() => definePrograms(given as Parameters<typeof definePrograms>[0])).toThrow(
      `definePrograms: ${why}`,
    );
  });
});
