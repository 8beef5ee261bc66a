import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { cases } from "../../properties/arbitraries.ts";
import { exportTrace } from "../../src/export/index.ts";
import type { ChromeEvent } from "../../src/export/perfetto.ts";
import { messagesOf } from "../../src/reading/messages.ts";
import { gatherRun } from "../../src/reading/run.ts";
import { broken, recorded, SAMPLES } from "./recorded.ts";

interface Opened {
  readonly traceEvents: readonly ChromeEvent[];
}

/** As much as rounding to nanoseconds may move an edge, in microseconds. */
const ROUNDING = 0.002;

/** The rules of the trace event format and of Perfetto's importer that this export could break. */
function faultsOf({ traceEvents }: Opened): string[] {
  const faults: string[] = [];
  const named = new Set<string>();
  const flows = new Map<string, string>();
  const spans = new Map<string, number>();
  const slices = new Map<string, ChromeEvent[]>();
  let last = 0;
  for (const event of traceEvents) {
    const { id, name, ph, pid, tid, ts } = event;
    const where = `${pid}/${tid}`;
    if (![pid, tid].every(Number.isInteger) || !Number.isFinite(ts)) faults.push(`${name}: pid, tid or ts`);
    if (ph === "M") {
      if (!/^(?:process|thread)_(?:name|sort_index)$/u.test(name)) faults.push(`metadata ${name}`);
      if (name === "thread_name") named.add(where);
      if (name === "process_name") named.add(`${pid}`);
      continue;
    }
    if (ts < last) faults.push(`${name} at ${ts} after ${last}`);
    last = ts;
    if (!named.has(String(pid)) || (ph !== "C" && !named.has(where)))
      faults.push(`${name}: ${where} has no name`);
    if (ph === "X") {
      if (!(event.dur !== undefined && event.dur >= 0)) faults.push(`${name} has no duration`);
      slices.set(where, [...(slices.get(where) ?? []), event]);
    } else if (ph === "i" && !/^[gpt]$/u.test(event.s ?? "")) faults.push(`${name} has no scope`);
    else if (ph === "s") {
      if (id === undefined || flows.has(id)) faults.push(`flow ${id} begins twice`);
      else flows.set(id, `${event.cat} ${name}`);
    } else if (ph === "f") {
      if (flows.get(id ?? "") !== `${event.cat} ${name}`) faults.push(`flow ${id} ends without its like`);
      if (event.bp !== "e") faults.push(`flow ${id} binds to the next slice`);
      flows.delete(id ?? "");
    } else if (ph === "b" || ph === "e") {
      const key = `${event.cat} ${id} ${pid}`;
      const open = (spans.get(key) ?? 0) + (ph === "b" ? 1 : -1);
      if (id === undefined || open < 0 || open > 1) faults.push(`span ${key} is open ${open} times`);
      spans.set(key, open);
    }
  }
  for (const id of flows.keys()) faults.push(`flow ${id} never ends`);
  for (const [key, open] of spans) if (open !== 0) faults.push(`span ${key} never ends`);
  for (const own of slices.values()) faults.push(...overlaps(own));
  return [...faults, ...unbound(traceEvents, slices)];
}

/** Slices of one thread must lie in each other or apart. */
function overlaps(slices: readonly ChromeEvent[]): string[] {
  const open: number[] = [];
  return slices.flatMap(({ dur = 0, name, ts }) => {
    while (open.length > 0 && (open.at(-1) ?? 0) <= ts + ROUNDING) open.pop();
    const outer = open.at(-1);
    open.push(ts + dur);
    return outer !== undefined && ts + dur > outer + ROUNDING ? [`${name} at ${ts} overlaps`] : [];
  });
}

/** An arrow without a slice at its end is not drawn. */
function unbound(
  events: readonly ChromeEvent[],
  slices: ReadonlyMap<string, readonly ChromeEvent[]>,
): string[] {
  const starts = new Map([...slices].map(([where, own]) => [where, own.map(({ ts }) => ts)]));
  return events.flatMap(({ id, ph, pid, tid, ts }) => {
    if (ph !== "s" && ph !== "f") return [];
    return (starts.get(`${pid}/${tid}`) ?? []).includes(ts) ? [] : [`flow ${id} ends at no slice`];
  });
}

describe("a Perfetto trace", () => {
  it.each(SAMPLES)("of $name is sorted, nested, named, and its arrows have both ends", ({ lines }) => {
    const trace = lines();
    const text = exportTrace("perfetto", trace);
    expect(text.startsWith('{"traceEvents":[')).toBe(true);
    const opened = JSON.parse(text) as Opened;
    expect(faultsOf(opened)).toEqual([]);
    const arrived = messagesOf(gatherRun(trace)).flatMap(({ arrivals }) => arrivals);
    expect(opened.traceEvents.filter(({ ph }) => ph === "f")).toHaveLength(arrived.length);
  });

  it("of generated runs obeys the same rules", () => {
    fc.assert(
      fc.property(cases({ horizonMs: 100_000, ttlSeconds: 10 }), (given) => {
        const trace = recorded({ ...given, variant: shipped });
        expect(faultsOf(JSON.parse(exportTrace("perfetto", trace)) as Opened)).toEqual([]);
      }),
      { numRuns: 30, seed: 5 },
    );
  });

  it("shows who served, the lease, the fault and the violation, in microseconds", () => {
    const { traceEvents } = JSON.parse(exportTrace("perfetto", broken())) as Opened;
    const find = (ph: string, name: RegExp): ChromeEvent | undefined =>
      traceEvents.find((event) => event.ph === ph && name.test(event.name));
    expect(find("X", /^ACTIVE, token 4$/u)).toMatchObject({ ts: 74_000 });
    expect(find("b", /^lease of rootcoord-a$/u)).toMatchObject({ cat: "lease" });
    expect(find("b", /^cut off from etcd/u)).toBeUndefined();
    expect(find("i", /^cut off from etcd/u)).toMatchObject({ ts: 61_000_000, s: "p" });
    expect(find("i", /^VIOLATION single-active$/u)).toMatchObject({ s: "g" });
  });

  it("is refused by the rules when it is wrong", () => {
    const slice = (ts: number, dur: number): ChromeEvent => ({ ph: "X", pid: 1, tid: 1, ts, dur, name: "a" });
    const names: ChromeEvent[] = [
      { ph: "M", pid: 1, tid: 1, ts: 0, name: "process_name" },
      { ph: "M", pid: 1, tid: 1, ts: 0, name: "thread_name" },
    ];
    const flow: ChromeEvent = { ph: "s", pid: 1, tid: 1, ts: 7, id: "1", name: "m", cat: "c" };
    expect(faultsOf({ traceEvents: [...names, slice(0, 5), slice(3, 5), flow] })).toEqual([
      "flow 1 never ends",
      "a at 3 overlaps",
      "flow 1 ends at no slice",
    ]);
  });
});
