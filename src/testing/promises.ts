/**
 * Promises about programs: what must hold of their claims, and of what stands in etcd. Each is a property like those of the
 * election, a fold over what is seen from outside.
 */
import { fromBytes } from "../../models/bytes.ts";
import type { Observation } from "../../models/observation.ts";
import { SayingJudge } from "../../properties/define-property.ts";
import { HOLDS, type Conclusion, type Judge, type Property } from "../../properties/property.ts";
import type { FindingOf } from "../../properties/violation.ts";
import { witness } from "../../properties/witness.ts";
import { effectsOf } from "../simulation/effects.ts";
import { lastsMs } from "../simulation/fault.ts";
import { nameOfNode } from "../simulation/names.ts";
import type { Scenario } from "../simulation/scenario.ts";
import { seconds } from "../words/seconds.ts";
import { Claims } from "./claims.ts";

/** A promise about a run. */
export type Promised = Property;

type Two = FindingOf<{
  readonly "two-at-once": { readonly what: string; readonly tokens: readonly number[] };
}>;

/** At no instant do two processes claim `what`. */
export function neverTwo(what: string): Promised {
  return property<Two>({
    name: `never two claim ${what}`,
    guarantee: `at every instant at most one process claims "${what}"`,
    reads: ["claim", "claimEnded"],
    kinds: {
      "two-at-once": {
        cause: [],
        tell: ({ facts: { tokens }, nodes: [one, other] }) =>
          `${other} claims "${what}" while ${one} still does${tokens.some((token) => token > 0) ? ` (tokens ${tokens.join(" and ")})` : ""}.`,
      },
    },
    judge: () => {
      const claims = new Claims();
      return folding((observation, test) => {
        claims.observe(observation);
        if (observation.type !== "claim" || observation.role !== what) return undefined;
        test();
        const { at, node, token } = observation;
        const other = claims.of(what, at).find((one) => one.node !== node);
        if (other === undefined) return undefined;
        return {
          kind: "two-at-once",
          at,
          nodes: [other.node, node],
          facts: { what, tokens: [other.token, token] },
        };
      });
    },
  });
}

type Nobody = FindingOf<{
  readonly nobody: {
    readonly what: string;
    readonly sinceMs: number;
    readonly quietSinceMs: number;
    readonly withinMs: number;
  };
}>;

/**
 * Whenever nothing has gone wrong for `withinMs`, somebody claims `what`. A process that begins, ends or is disturbed, a message
 * that is lost or late, and an etcd that does not serve are what goes wrong.
 */
export function eventually(what: string, { withinMs }: { readonly withinMs: number }): Promised {
  if (!(withinMs > 0 && withinMs < Infinity))
    throw new RangeError(`withinMs: ${withinMs} is no number of milliseconds`);
  return property<Nobody>({
    name: `somebody claims ${what}`,
    guarantee: `whenever nothing has gone wrong for ${seconds(withinMs)}, somebody claims "${what}"`,
    reads: ["started", "ended", "claim", "claimEnded", "message", "fault", "end"],
    kinds: {
      nobody: {
        cause: [],
        tell: ({ facts }) =>
          `nobody claims "${what}" since ${seconds(facts.sinceMs)}, and nothing has gone wrong since ${seconds(facts.quietSinceMs)}: somebody must within ${seconds(withinMs)}.`,
      },
    },
    judge: (scenario) => new Presence(what, withinMs, scenario),
  });
}

class Presence implements Judge<Nobody, never> {
  readonly seen = [0];
  readonly #what: string;
  readonly #withinMs: number;
  readonly #scenario: Scenario;
  readonly #claims = new Claims();
  readonly #up = new Set<number>();
  readonly #lasting = new Set<number>();
  #troubledAt = 0;
  #vacantSince = 0;

  constructor(what: string, withinMs: number, scenario: Scenario) {
    this.#what = what;
    this.#withinMs = withinMs;
    this.#scenario = scenario;
  }

  observe(observation: Observation): Nobody | undefined {
    const found = this.#look(observation.at);
    this.#claims.observe(observation);
    this.#note(observation);
    return found;
  }

  conclude = () => HOLDS;

  /** As things stood until `at`. */
  #look(at: number): Nobody | undefined {
    const held = this.#claims.heldUntil(this.#what);
    if (held !== undefined) this.#vacantSince = Math.min(held, at);
    if (this.#up.size === 0 || this.#lasting.size > 0) this.#troubledAt = at;
    const dueAt = Math.max(this.#vacantSince, this.#troubledAt) + this.#withinMs;
    if (at - this.#troubledAt > this.#withinMs) this.seen[0] = 1;
    if (at <= dueAt) return undefined;
    return {
      kind: "nobody",
      at: dueAt,
      nodes: [],
      facts: {
        what: this.#what,
        sinceMs: this.#vacantSince,
        quietSinceMs: this.#troubledAt,
        withinMs: this.#withinMs,
      },
    };
  }

  #note(observation: Observation): void {
    switch (observation.type) {
      case "started":
        this.#up.add(observation.node);
        break;
      case "ended":
        this.#up.delete(observation.node);
        break;
      case "fault": {
        const { index, phase } = observation;
        const fault = this.#scenario.faults[index];
        if (phase === "ends") this.#lasting.delete(index);
        else if (fault !== undefined && lastsMs(fault) > 0 && effectsOf(fault).clockRate === undefined)
          this.#lasting.add(index);
        break;
      }
      case "message":
        this.#troubledAt = Math.max(this.#troubledAt, observation.until);
        return;
      default:
        return;
    }
    this.#troubledAt = Math.max(this.#troubledAt, observation.at);
  }
}

/** What can be seen of a run at one instant, from outside. */
export interface SeenWorld {
  /** True ms since the run began. */
  readonly atMs: number;
  /** What stands in etcd. */
  readonly store: ReadonlyMap<string, string>;
  readonly claims: readonly { readonly process: string; readonly what: string; readonly token: number }[];
  /** What has just changed in etcd; undefined: claims did. `process`: whose request it was; `etcd`: nobody's. */
  readonly change?: { readonly process: string; readonly key: string; readonly value: string | undefined };
}

type Untrue = FindingOf<{ readonly untrue: { readonly complaint: string } }>;

/**
 * Asked after each change of a claim or of etcd: returns true, or what is wrong in words. `make` is called once for each run, so
 * what it remembers is the run's own.
 */
export function always(name: string, make: () => (seen: SeenWorld) => true | string): Promised {
  return property<Untrue>({
    name,
    guarantee: name,
    reads: ["claim", "claimEnded", "change"],
    kinds: { untrue: { cause: [], tell: ({ facts }) => facts.complaint } },
    judge: (scenario) => {
      const ask = make();
      const claims = new Claims();
      const store = new Map<string, string>();
      const called = (node: number) => nameOfNode(scenario, node);
      return folding((observation, test) => {
        const { at } = observation;
        test();
        claims.observe(observation);
        const change = observation.type === "change" ? applied(store, observation, called) : undefined;
        const claimed = claims
          .at(at)
          .map(({ node, role, token }) => ({ process: called(node), what: role, token }));
        const answer = ask({ atMs: at, store, claims: claimed, ...(change === undefined ? {} : { change }) });
        if (answer === true) return undefined;
        const nodes = "node" in observation ? [observation.node] : [];
        return { kind: "untrue", at, nodes, facts: { complaint: answer } };
      });
    },
  });
}

function applied(
  store: Map<string, string>,
  { event: { kv, type }, node }: Extract<Observation, { type: "change" }>,
  called: (node: number) => string,
): NonNullable<SeenWorld["change"]> {
  const key = fromBytes(kv.key);
  const value = type === "DELETE" ? undefined : fromBytes(kv.value);
  if (value === undefined) store.delete(key);
  else store.set(key, value);
  return { process: called(node), key, value };
}

/** `test`: says that the promise was put to the test. */
function folding<Found extends Two | Untrue>(
  fold: (observation: Observation, test: () => void) => Found | undefined,
): Judge<Found, never> {
  const seen = [0];
  const test = () => {
    seen[0] = 1;
  };
  return {
    observe: (observation) => fold(observation, test),
    seen,
    conclude: (): Conclusion<Found, never> => HOLDS,
  };
}

/** Promises about programs assume nothing, and no mutants of theirs are known here. */
function property<Found extends Two | Nobody | Untrue>({
  judge,
  ...given
}: Pick<Property<string, Found, never>, "name" | "guarantee" | "reads" | "kinds" | "judge">): Promised {
  const witnesses = [witness("tested", "it was put to the test")];
  return {
    about: "programs",
    assumes: [],
    kills: [],
    witnesses,
    open: {},
    ...given,
    // A trace tells it where the promise's code is not at hand.
    judge: (scenario) => new SayingJudge(given.name, given.kinds, scenario, judge(scenario)),
  };
}
