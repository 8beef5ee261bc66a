/**
 * What a writer is told is true: a write that was refused or superseded never happened, one that was applied is there. And it is
 * heeded: who hears that another's term has begun serves no more.
 */
import type { Observation } from "../models/observation.ts";
import { historyKept } from "./assumptions.ts";
import { seconds } from "../src/words/seconds.ts";
import { HOLDS, type Judge, type Property } from "./property.ts";
import type { FindingOf, ViolationKinds } from "./violation.ts";
import { witness } from "./witness.ts";

/** Outcomes that say: certainly not applied. */
type Denied = "superseded" | "refused";

/** `nodes`: the writer. */
type Found = FindingOf<{
  readonly "denied-but-applied": {
    readonly outcome: Denied;
    readonly value: string;
    readonly toldAtMs: number;
    readonly revision: number;
  };
  readonly "applied-but-not-there": { readonly value: string };
  readonly "superseded-but-serving": { readonly token: number; readonly toldAtMs: number };
}>;

const kinds: ViolationKinds<Found> = {
  "denied-but-applied": {
    cause: ["outcome"],
    tell: ({ facts: { outcome, revision, toldAtMs, value }, nodes: [node] }) =>
      `${node} was told at ${seconds(toldAtMs)} that its write "${value}" was ${outcome}, ` +
      `but etcd applied it at revision ${revision}.`,
  },
  "applied-but-not-there": {
    cause: [],
    tell: ({ at, facts: { value }, nodes: [node] }) =>
      `${node} was told at ${seconds(at)} that its write "${value}" was applied, but etcd never applied it.`,
  },
  "superseded-but-serving": {
    cause: [],
    tell: ({ facts: { toldAtMs, token }, nodes: [node] }) =>
      `${node} was told at ${seconds(toldAtMs)} that a write with its token ${token} came too late, and goes on serving.`,
  },
};

export const writeOutcomes: Property<"write-outcomes", Found, never> = {
  name: "write-outcomes",
  guarantee:
    "What a writer is told of what it puts is true: refused or superseded was never applied, applied is in the store. " +
    "Whoever is told that its write is superseded serves no more under that token.",
  assumes: [historyKept],
  kills: ["writes-anyway", "writes-nothing", "deaf-to-refused-writes"],
  witnesses: [
    witness("applied", "a write was told to be applied, and was"),
    witness("denied", "a write was told to be superseded, and never was applied", "faults"),
    witness("unknown-applied", "a write of unknown outcome was applied", "faults"),
    witness("unknown-not-applied", "a write of unknown outcome was not", "faults"),
    witness("superseded", "a write was told to be superseded while its writer served", "faults"),
  ],
  reads: ["change", "written", "message", "claim", "claimEnded"],
  kinds,
  open: {},
  judge: () => new OutcomeJudge(),
};

class OutcomeJudge implements Judge<Found, never> {
  readonly seen = [0, 0, 0, 0, 0];
  /** By what they put, which no two do: at which revision. */
  readonly #applied = new Map<string, number>();
  readonly #denied = new Map<
    string,
    { readonly outcome: Denied; readonly node: number; readonly at: number }
  >();
  readonly #unknown = new Set<string>();
  /** Writers of which a write was doubled: refused once, it may yet be applied. */
  readonly #doubled = new Set<number>();
  /** Who serves, under which token. */
  readonly #serving = new Map<number, number>();
  /** Who has been told at this instant that its term is over. */
  readonly #superseded = new Map<number, { readonly at: number; readonly token: number }>();

  observe(observation: Observation): Found | undefined {
    const deaf = this.#deaf(observation.at);
    if (deaf !== undefined) return deaf;
    switch (observation.type) {
      case "claim":
        this.#serving.set(observation.node, observation.token);
        return undefined;
      case "claimEnded":
        this.#serving.delete(observation.node);
        this.#superseded.delete(observation.node);
        return undefined;
      case "message":
        if (observation.purpose === "write" && observation.fate === "doubled")
          this.#doubled.add(observation.node);
        return undefined;
      case "change":
        return this.#change(observation);
      case "written":
        return this.#told(observation);
      default:
        return undefined;
    }
  }

  /** Whoever is told so ends at once. */
  #deaf(now: number): Found | undefined {
    for (const [node, { at, token }] of this.#superseded)
      if (now > at)
        return { kind: "superseded-but-serving", at: now, nodes: [node], facts: { token, toldAtMs: at } };
    return undefined;
  }

  conclude(): typeof HOLDS {
    for (const value of this.#unknown) this.#see(this.#applied.has(value) ? 2 : 3);
    this.seen[1] = this.#denied.size;
    return HOLDS;
  }

  #change({ at, event }: Extract<Observation, { type: "change" }>): Found | undefined {
    if (event.type !== "PUT") return undefined;
    const { modRevision: revision, value } = event.kv;
    this.#applied.set(value, revision);
    const denied = this.#denied.get(value);
    return denied === undefined ? undefined : contradicted(at, value, revision, denied);
  }

  #told({ at, node, outcome, token, value }: Extract<Observation, { type: "written" }>): Found | undefined {
    if (outcome === "superseded" && token !== undefined && this.#serving.get(node) === token) {
      this.#see(4);
      this.#superseded.set(node, { at, token });
    }
    if (value === undefined) return undefined;
    const revision = this.#applied.get(value);
    switch (outcome) {
      case "applied":
        if (revision === undefined)
          return { kind: "applied-but-not-there", at, nodes: [node], facts: { value } };
        this.#see(0);
        return undefined;
      case "superseded":
      case "refused": {
        if (outcome === "refused" && this.#doubled.has(node)) return undefined;
        const denied = { outcome, node, at };
        if (revision !== undefined) return contradicted(at, value, revision, denied);
        this.#denied.set(value, denied);
        return undefined;
      }
      case "unknown":
        this.#unknown.add(value);
        return undefined;
    }
  }

  #see(witnessed: number): void {
    this.seen[witnessed] = (this.seen[witnessed] ?? 0) + 1;
  }
}

function contradicted(
  at: number,
  value: string,
  revision: number,
  { at: toldAtMs, node, outcome }: { readonly outcome: Denied; readonly node: number; readonly at: number },
): Found {
  return { kind: "denied-but-applied", at, nodes: [node], facts: { outcome, value, toldAtMs, revision } };
}
