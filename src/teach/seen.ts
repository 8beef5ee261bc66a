/**
 * A run as a teacher reads it: who served when, how long nobody or two did, which keys came and went. Everything that a
 * lesson says of a run comes from here. What a lesson asks for and the run does not show is a mistake of the lesson.
 */
import type { Milestone, RequestKind } from "../../models/election.ts";
import type { Observation } from "../../models/observation.ts";
import { lastsMs } from "../simulation/fault.ts";
import type { ObservedRun } from "../reading/observed-run.ts";
import type { Serving } from "../reading/takeovers.ts";

type Of<Type extends Observation["type"]> = Extract<Observation, { readonly type: Type }>;

/** A stretch of time. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A stretch during which two served one role. */
export interface Overlap extends Stretch {
  readonly first: Serving;
  readonly second: Serving;
}

/** A metadata write that etcd applied although somebody else had been elected since. */
export interface StaleWrite {
  readonly at: number;
  readonly node: number;
  readonly token: number;
  readonly newest: number;
  readonly revision: number;
}

export class Seen {
  readonly observed: ObservedRun;
  readonly servings: readonly Serving[];

  constructor(observed: ObservedRun) {
    this.observed = observed;
    this.servings = observed.servings;
  }

  get end(): number {
    return this.observed.scenario.horizonMs;
  }

  name(node: number): string {
    return this.observed.scenario.coordinators[node]?.name ?? "etcd";
  }

  node(name: string): number {
    const found = this.observed.scenario.coordinators.findIndex((one) => one.name === name);
    if (found < 0) throw new RangeError(`no coordinator ${name}`);
    return found;
  }

  /** Who serves at an instant, by name. */
  serving(atMs: number): string[] {
    return this.servings
      .filter(({ from, to }) => from <= atMs && atMs < to)
      .map(({ node }) => this.name(node));
  }

  /** The stretches in which `name` serves. */
  servingsBy(name: string): Serving[] {
    return this.servings.filter(({ node }) => this.name(node) === name);
  }

  /** The first stretch of `name` that begins at `afterMs` or later. */
  begins(name: string, afterMs = 0): Serving {
    return known(
      this.servingsBy(name).find(({ from }) => from >= afterMs),
      `${name} begins to serve`,
    );
  }

  /** Stretches in which nobody serves, from the first serving on; the last may reach to the end of the run. */
  get gaps(): Stretch[] {
    const found: Stretch[] = [];
    let covered = this.servings[0]?.from ?? this.end;
    for (const { from, to } of this.servings) {
      if (from > covered) found.push({ from: covered, to: from });
      covered = Math.max(covered, to);
    }
    if (covered < this.end) found.push({ from: covered, to: this.end });
    return found;
  }

  /** The longest time without anybody, after the first served; of length 0 if there was none. */
  get longestGap(): Stretch {
    return this.gaps.reduce(
      (longest, gap) => (gap.to - gap.from > longest.to - longest.from ? gap : longest),
      {
        from: 0,
        to: 0,
      },
    );
  }

  /** Stretches in which two serve. */
  get overlaps(): Overlap[] {
    return this.servings.flatMap((first, at) =>
      this.servings.slice(at + 1).flatMap((second): Overlap[] => {
        const from = Math.max(first.from, second.from);
        const to = Math.min(first.to, second.to);
        return first.role === second.role && first.node !== second.node && to > from
          ? [{ from, to, first, second }]
          : [];
      }),
    );
  }

  /**
   * The instant at which the run shows what it has to show: two begin to serve at once, a late write arrives, one is thrown out;
   * else when the longest time without anybody ends, or begins if it never ends; else when the first fault strikes.
   */
  get decidesAt(): number | undefined {
    const gap = this.longestGap;
    const over = gap.to < this.end ? gap.to : gap.from;
    return (
      this.overlaps[0]?.from ??
      this.staleWrites[0]?.at ??
      this.refused[0]?.at ??
      this.all("milestone").find(({ milestone }) => milestone === "lost")?.at ??
      (gap.to > gap.from ? over : this.observed.scenario.faults[0]?.atMs)
    );
  }

  all<Type extends Observation["type"]>(type: Type): Of<Type>[] {
    return this.observed.observations.filter((one): one is Of<Type> => one.type === type);
  }

  milestones(name: string, milestone: Milestone, afterMs = 0): Of<"milestone">[] {
    const node = this.node(name);
    return this.all("milestone").filter(
      (one) => one.node === node && one.milestone === milestone && one.at >= afterMs,
    );
  }

  milestone(name: string, milestone: Milestone, afterMs = 0): Of<"milestone"> {
    return known(this.milestones(name, milestone, afterMs)[0], `${name} ${milestone}`);
  }

  /** Changes of the key that ends like this: `rootcoord`, `rootcoord-1`. */
  changes(key: string, type: "PUT" | "DELETE", afterMs = 0): Of<"change">[] {
    return this.all("change").filter(
      ({ at, event }) => event.type === type && event.kv.key.endsWith(`/session/${key}`) && at >= afterMs,
    );
  }

  change(key: string, type: "PUT" | "DELETE", afterMs = 0): Of<"change"> {
    return known(this.changes(key, type, afterMs)[0], `${type} of ${key}`);
  }

  requests(purpose: RequestKind | "write" | "watch", { from, to }: Stretch, name?: string): Of<"request">[] {
    const node = name === undefined ? undefined : this.node(name);
    return this.all("request").filter(
      (one) =>
        one.purpose === purpose && one.at >= from && one.at < to && (node === undefined || one.node === node),
    );
  }

  /** When `name` sent its last renewal before an instant; the grant counts as the first. */
  lastRenewal(name: string, beforeMs: number): number {
    const sent = [
      ...this.requests("grant", { from: 0, to: beforeMs }, name),
      ...this.requests("renew", { from: 0, to: beforeMs }, name),
    ];
    return known(sent.at(-1), `${name} renews`).at;
  }

  /** When `name`'s lease would end at etcd, as things stand at `atMs`; undefined: it has none. */
  leaseEnd(name: string, atMs: number): number | undefined {
    return this.observed.leaseEnd(this.node(name), atMs);
  }

  /** When the scenario's fault number `index` begins. */
  faultAt(index: number): number {
    return known(this.observed.scenario.faults[index], `fault ${index}`).atMs;
  }

  /** When it is over, which may be after the end of the run. */
  faultEnds(index: number): number {
    const fault = known(this.observed.scenario.faults[index], `fault ${index}`);
    return fault.atMs + lastsMs(fault);
  }

  /** Metadata writes that etcd refused because their token was outdated. */
  get refused(): readonly { readonly at: number; readonly node: number }[] {
    return this.observed.refusedWrites;
  }

  /** The service writes `token:node:count`, so a write says under which token it was sent. */
  get staleWrites(): StaleWrite[] {
    const found: StaleWrite[] = [];
    let newest = 0;
    for (const one of this.observed.observations) {
      if (one.type === "milestone" && one.milestone === "won") newest = Math.max(newest, one.token);
      if (one.type !== "change" || one.event.type !== "PUT" || !one.event.kv.key.includes("-meta/")) continue;
      const token = Number(one.event.kv.value.split(":")[0]);
      if (token < newest)
        found.push({ at: one.at, node: one.node, token, newest, revision: one.event.kv.modRevision });
    }
    return found;
  }
}

function known<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new RangeError(`the run does not show: ${what}`);
  return value;
}
