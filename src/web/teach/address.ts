/**
 * What is seen, as text behind the `#` of the address: whoever opens a link sees exactly this. Written without what is usual
 * anyway, read with distrust, for a link can come from anybody.
 */
import { variantNamed } from "../../../models/variants.ts";
import {
  CALM_NETWORK,
  coordinator,
  DEFAULT_ETCD,
  DEFAULT_SERVICE,
  scenario as complete,
  type CoordinatorSetup,
  type Scenario,
} from "../../simulation/scenario.ts";
import type { MeantDecision } from "../../simulation/meant-decisions.ts";
import { MOST_CLOCK_RATE_TOLERANCE, timingFor } from "../../../models/timing.ts";
import { upgradeFault } from "../../trace/upgrade-faults.ts";
import type { PlayerCursor } from "../player.ts";
import { checkedFault } from "./faults.ts";
import { linkBytesOf, linkTextOf } from "./short-link.ts";
import type { ChosenAnswer, Fork, ForkTree } from "./tree.ts";

/** A tree of runs and where one stands in it. */
export interface Sight {
  readonly tree: ForkTree;
  readonly run: number;
  /** The run that it is compared with. */
  readonly beside?: number;
  readonly cursor: PlayerCursor;
}

/** What is seen at first; without a cursor, a run is opened where there is something to see. */
export type StartingSight = Omit<Sight, "cursor"> & { readonly cursor?: PlayerCursor };

/** How far a lesson has come. */
export interface LessonSight {
  /** The choice that was predicted; absent: none yet. */
  readonly predicted?: number;
  /** Which drawing was used last, and where it stands. */
  readonly view?: { readonly name: string; readonly cursor: PlayerCursor };
  /** Numbers of one's own, in the order of the lesson's levers. */
  readonly own?: readonly number[];
  /** The exercise's own runs. */
  readonly tried?: Sight;
  /** What was handed in last: a choice, a number, or one of the exercise's runs. */
  readonly answer?: number;
}

export type Address =
  | { readonly type: "home" }
  | { readonly type: "lesson"; readonly id: string; readonly sight: LessonSight }
  /** `game`: its mutant is to be broken; without a sight the one of the day. */
  | { readonly type: "playground"; readonly game?: true; readonly sight?: Sight };

export function writeAddress(address: Address): string {
  switch (address.type) {
    case "home":
      return "#";
    case "lesson": {
      const { answer, own, predicted, tried, view } = address.sight;
      const lean = { predicted, view, own, tried: tried && leanSight(tried), answer };
      const empty = Object.values(lean).every((value) => value === undefined);
      return `#lesson=${encodeURIComponent(address.id)}${empty ? "" : `&s=${pack(lean)}`}`;
    }
    case "playground":
      return `#play${address.game === true ? "&game" : ""}${address.sight === undefined ? "" : `&s=${pack(leanSight(address.sight))}`}`;
  }
}

/** A text: why the address cannot be followed. */
export function readAddress(hash: string): Address | string {
  const fields = new URLSearchParams(hash.replace(/^#/u, ""));
  const packed = fields.get("s");
  const id = fields.get("lesson");
  try {
    if (fields.has("play"))
      return {
        type: "playground",
        ...(fields.has("game") ? { game: true } : {}),
        ...(packed === null ? {} : { sight: readSight(unpack(packed)) }),
      };
    if (id !== null)
      return { type: "lesson", id, sight: packed === null ? {} : readLessonSight(unpack(packed)) };
  } catch (error) {
    return error instanceof Misfit ? error.message : "it was cut off or changed on its way";
  }
  return { type: "home" };
}

class Misfit extends Error {}

function pack(value: unknown): string {
  return linkTextOf(new TextEncoder().encode(JSON.stringify(value)));
}

function unpack(text: string): unknown {
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(linkBytesOf(text)));
}

function leanSight({ beside, cursor, run, tree }: Sight): unknown {
  const { decisions, scenario, variant } = tree.root;
  return {
    variant,
    scenario: leanScenario(scenario),
    ...(decisions.length === 0 ? {} : { decisions }),
    ...(tree.forks.length === 0 ? {} : { forks: tree.forks }),
    ...(run === 0 ? {} : { run }),
    ...(beside === undefined ? {} : { beside }),
    cursor,
  };
}

function leanScenario({ coordinators, etcd, faults, network, service, ...rest }: Scenario): unknown {
  return {
    ...rest,
    coordinators: coordinators.map((one) => ({
      name: one.name,
      role: one.role,
      ...without(coordinator(one.name, one.role), one),
    })),
    ...without(
      { network: CALM_NETWORK, service: DEFAULT_SERVICE, etcd: DEFAULT_ETCD, faults: [] },
      {
        network,
        service,
        etcd,
        faults,
      },
    ),
  };
}

/** The fields of `given` that are not as usual. */
function without(usual: object, given: object): object {
  const known = usual as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(given).filter(([name, value]) => JSON.stringify(known[name]) !== JSON.stringify(value)),
  );
}

type Fields = Readonly<Record<string, unknown>>;

/** More would keep a browser busy for longer than anybody waits. */
const MOST = {
  coordinators: 9,
  horizonMs: 2 * 3_600_000,
  faults: 100,
  forks: 200,
  levers: 9,
  answers: 100,
  number: 1e9,
} as const;

function readLessonSight(given: unknown): LessonSight {
  const { answer, own, predicted, tried, view } = fieldsOf(given);
  const shown = view === undefined ? undefined : fieldsOf(view);
  return {
    ...(predicted === undefined ? {} : { predicted: count(predicted, 26) }),
    ...(shown === undefined
      ? {}
      : { view: { name: String(shown["name"]), cursor: readCursor(shown["cursor"]) } }),
    ...(own === undefined ? {} : { own: listOf(own, MOST.levers).map((one) => within(one, 0, MOST.number)) }),
    ...(tried === undefined ? {} : { tried: readSight(tried) }),
    ...(answer === undefined ? {} : { answer: count(answer, MOST.number) }),
  };
}

function readSight(given: unknown): Sight {
  const fields = fieldsOf(given);
  const variant = String(fields["variant"]);
  if (variantNamed(variant) === undefined) throw new Misfit(`this leasehold knows no variant ${variant}`);
  const scenario = readScenario(fields["scenario"]);
  const names = scenario.coordinators.map(({ name }) => name);
  const forks = listOf(fields["forks"] ?? [], MOST.forks).map((one, at): Fork => {
    const { choice, fault, parent } = fieldsOf(one);
    const turn =
      choice === undefined
        ? { fault: fitting(checkedFault(upgradeFault(fault), names)) }
        : { choice: readChoice(choice) };
    return { parent: count(parent, at), ...turn };
  });
  const { beside } = fields;
  return {
    tree: {
      root: { variant, scenario, decisions: listOf(fields["decisions"] ?? [], 10_000) as MeantDecision[] },
      forks,
    },
    run: count(fields["run"] ?? 0, forks.length),
    ...(beside === undefined ? {} : { beside: count(beside, forks.length) }),
    cursor: readCursor(fields["cursor"]),
  };
}

function readChoice(given: unknown): ChosenAnswer {
  const { answer, atMs, index, question, ...more } = fieldsOf(given);
  if (question !== "fate" && question !== "order" && question !== "jitter")
    throw new Misfit("it answers what is never asked");
  const words = ["node", "leg", "purpose", "timer", "means"].flatMap((name) =>
    more[name] === undefined ? [] : [[name, String(more[name])] as const],
  );
  return {
    question,
    index: count(index, MOST.number),
    answer: count(answer, MOST.answers),
    atMs: within(atMs, 0, MOST.number),
    ...Object.fromEntries(words),
  };
}

function readScenario(given: unknown): Scenario {
  const { clockRateTolerance, coordinators, etcd, faults, horizonMs, network, service, title, ttlSeconds } =
    fieldsOf(given);
  const all = listOf(coordinators, MOST.coordinators).map((one): CoordinatorSetup => {
    const { name, role, ...more } = fieldsOf(one);
    if (typeof name !== "string" || typeof role !== "string") throw new Misfit("a coordinator has no name");
    return filled(coordinator(name, role), more);
  });
  const names = all.map(({ name }) => name);
  if (names.length === 0 || new Set(names).size < names.length)
    throw new Misfit("its coordinators need names of their own");
  const ttl = within(ttlSeconds, 1, 86_400);
  try {
    timingFor(ttl);
  } catch {
    throw new Misfit(`a TTL of ${ttl} s leaves no time for renewals`);
  }
  return complete({
    title: String(title),
    ttlSeconds: ttl,
    ...(clockRateTolerance === undefined
      ? {}
      : { clockRateTolerance: within(clockRateTolerance, 0, MOST_CLOCK_RATE_TOLERANCE) }),
    horizonMs: within(horizonMs, 1, MOST.horizonMs),
    coordinators: all,
    network: filled(CALM_NETWORK, network),
    service: filled(DEFAULT_SERVICE, service),
    etcd: filled(DEFAULT_ETCD, etcd),
    faults: listOf(faults ?? [], MOST.faults).map((one) => fitting(checkedFault(upgradeFault(one), names))),
  });
}

/** `usual` with what is given otherwise; only what it has, or may have, and of the same kind. */
function filled<Kind extends object>(usual: Kind, given: unknown): Kind {
  const known = usual as unknown as Fields;
  const optional: Fields = { restartAfterMs: 0 };
  const fields = Object.entries(given === undefined ? {} : fieldsOf(given)).map(([name, value]) => {
    const like = known[name] ?? optional[name];
    if (like === undefined || typeof like !== typeof value)
      throw new Misfit(`it says something odd of ${name}`);
    return [name, typeof value === "number" ? within(value, -MOST.number, MOST.number) : value] as const;
  });
  return { ...usual, ...Object.fromEntries(fields) };
}

function readCursor(given: unknown): PlayerCursor {
  const { at, n } = fieldsOf(given);
  return { n: count(n, MOST.number), at: within(at, 0, MOST.number) };
}

function fieldsOf(given: unknown): Fields {
  if (typeof given !== "object" || given === null) throw new Misfit("a part of it is missing");
  return given as Fields;
}

function listOf(given: unknown, most: number): readonly unknown[] {
  if (!Array.isArray(given)) throw new Misfit("a part of it is missing");
  if (given.length > most) throw new Misfit(`it has more than ${most} entries of one kind`);
  return given;
}

function within(given: unknown, least: number, most: number): number {
  if (typeof given !== "number" || !(given >= least && given <= most))
    throw new Misfit(`it has ${String(given)} where a number from ${least} to ${most} belongs`);
  return given;
}

function count(given: unknown, most: number): number {
  const value = within(given, 0, most);
  if (!Number.isInteger(value)) throw new Misfit(`it has ${value} where a whole number belongs`);
  return value;
}

function fitting<Value>(found: Value | string): Value {
  if (typeof found === "string") throw new Misfit(found);
  return found;
}
