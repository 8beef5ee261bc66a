/**
 * A run in the Informal Trace Format (Apalache ADR-015): the state of everyone before the first event and after each.
 * Whole numbers are `#bigint`, instants are microseconds, because ITF knows no fractions and no null. The action stands in
 * `mbt::actionTaken`, as Quint writes it.
 */
import { ETCD } from "../simulation/names.ts";
import type { KeyValue } from "../../models/etcd-api.ts";
import { type TraceEvent } from "../trace/format.ts";
import { sentenceOf } from "../trace/tell-verdict.ts";
import { tellCause } from "../trace/words.ts";
import { keysAfter } from "../reading/keys.ts";
import { lastFrom } from "../reading/sorted.ts";
import type { Lane } from "../reading/lanes.ts";
import { titleOf } from "../reading/run.ts";
import type { Reading } from "../reading/reading.ts";

export type ItfValue =
  | string
  | boolean
  | { readonly "#bigint": string }
  | { readonly "#map": readonly (readonly [ItfValue, ItfValue])[] }
  | { readonly "#set": readonly ItfValue[] }
  | readonly ItfValue[]
  | { readonly [field: string]: ItfValue };

const VARS = ["now", "coordinators", "etcd", "keys", "event", "mbt::actionTaken"] as const;

export function exportItf(reading: Reading): string {
  const { header } = reading.run;
  const [breach] = reading.breaches;
  const meta = {
    format: "ITF",
    "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
    description: `leasehold: ${titleOf(header)}; instants in microseconds`,
    ...(breach === undefined ? {} : { violation: `${breach.property}: ${sentenceOf(breach)}` }),
  };
  const states = [...statesOf(reading)].map((state) => `  ${JSON.stringify(state)}`);
  return `{\n "#meta": ${JSON.stringify(meta)},\n "vars": ${JSON.stringify(VARS)},\n "states": [\n${states.join(",\n")}\n ]\n}\n`;
}

interface ItfState {
  readonly [variable: string]: ItfValue | { readonly index: number };
}

function* statesOf({ changes, lanes, run }: Reading): Generator<ItfState, undefined> {
  const charts = new Map(run.processes.map((name) => [name, [] as readonly string[]]));
  let etcd: NonNullable<TraceEvent["etcd"]> = { mode: "serving", revision: 1, leases: 0 };
  let keys: ItfValue = { "#map": [] };
  const state = (index: number, at: number, who: string, action: string): ItfState => ({
    "#meta": { index },
    now: micros(at),
    coordinators: {
      "#map": lanes.map((lane) => [lane.name, coordinatorAt(lane, at, charts.get(lane.name) ?? [])]),
    },
    etcd: { mode: etcd.mode, revision: whole(etcd.revision), leases: whole(etcd.leases) },
    keys,
    event: { number: whole(index), node: who },
    "mbt::actionTaken": action,
  });
  yield state(0, 0, "", "init");
  for (const event of run.events) {
    const { at, cause, n, node, seen, steps } = event;
    etcd = event.etcd ?? etcd;
    if (seen?.some(({ type }) => type === "change") === true) {
      keys = { "#map": keysAfter(changes, n).map((kv) => [kv.key, keyRecord(kv)]) };
    }
    for (const one of steps ?? []) charts.set(node, one.state);
    if (node !== ETCD && seen?.some(({ type }) => type === "ended") === true) charts.set(node, []);
    yield state(n, at, node, tellCause(cause));
  }
  return undefined;
}

function coordinatorAt({ bands }: Lane, at: number, chart: readonly string[]): ItfValue {
  const band = lastFrom(bands, at);
  return {
    standing: band?.standing ?? "down",
    fence: whole(band?.token ?? 0),
    chart: { "#set": [...chart] },
  };
}

function keyRecord({ createRevision, lease, modRevision, value, version }: KeyValue): ItfValue {
  return {
    content: value,
    createRevision: whole(createRevision),
    modRevision: whole(modRevision),
    version: whole(version),
    lease: { "#bigint": lease },
  };
}

function micros(ms: number): ItfValue {
  return whole(Math.round(ms * 1000));
}

function whole(value: number): ItfValue {
  return { "#bigint": BigInt(value).toString() };
}
