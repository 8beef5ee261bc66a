/** Mistakes in the judges themselves: a judge that lets something pass no longer sees a mutant of the protocol that it must kill. */
import type { SourceMutant } from "./edits.ts";

/** A mistake in the judge of `property`, with which `variant` passes. */
export interface JudgeMutant extends Pick<SourceMutant, "name" | "mistake" | "file" | "from" | "to"> {
  readonly property: string;
  readonly variant: string;
  /** Schedules in which the sound judge sees it; absent: a hundred. */
  readonly runs?: number;
}

export const judgeMutants: readonly JudgeMutant[] = [
  {
    name: "no-claim-overlaps",
    mistake: "takes every other claim for over",
    file: "properties/single-active.ts",
    from: "if (early <= at + NOISE_MS) continue;",
    to: "if (early <= at + 1e15) continue;",
    property: "single-active",
    variant: "claim-never-ends",
  },
  {
    name: "any-token-is-new",
    mistake: "takes no token for an old one",
    file: "properties/fencing.ts",
    from: "if (token < newestToken) {",
    to: "if (token < 0 * newestToken) {",
    property: "fencing",
    variant: "no-fencing",
    runs: 600,
  },
  {
    name: "told-is-true",
    mistake: "believes whoever says that a write was applied",
    file: "properties/write-outcomes.ts",
    from: "if (revision === undefined)\n",
    to: "if (revision === -1)\n",
    property: "write-outcomes",
    variant: "writes-nothing",
  },
  {
    name: "refusals-are-heeded",
    mistake: "believes that whoever is told of its end serves no more",
    file: "properties/write-outcomes.ts",
    from: "if (now > at)\n",
    to: "if (now < at)\n",
    property: "write-outcomes",
    variant: "deaf-to-refused-writes",
    runs: 600,
  },
  {
    name: "overwriting-is-taking",
    mistake: "lets the active key be overwritten",
    file: "properties/one-key-holder.ts",
    from: "if (version === 1) return undefined;",
    to: "if (version >= 1) return undefined;",
    property: "one-key-holder",
    variant: "campaigns-unguarded",
    runs: 5,
  },
  {
    name: "anything-is-complete",
    mistake: "asks for no more than that something was loaded",
    file: "properties/metadata-complete.ts",
    from: "if (inherited > loadedRevision) {",
    to: "if (inherited > loadedRevision + 1e9) {",
    property: "metadata-complete",
    variant: "serves-without-reload",
  },
  {
    name: "ids-may-be-shared",
    mistake: "lets a coordinator draw the id of another one",
    file: "properties/unique-ids.ts",
    from: "if (owner !== undefined)",
    to: "if (owner === node)",
    property: "unique-ids",
    variant: "shares-ids",
  },
  {
    name: "patient-without-end",
    mistake: "waits a thousand times as long for a takeover",
    file: "properties/takeovers.ts",
    from: "if (at > dueAt) return { vacancy, dueAt };",
    to: "if (at > 1000 * dueAt) return { vacancy, dueAt };",
    property: "bounded-takeover",
    variant: "deaf-to-deletion",
    runs: 300,
  },
  {
    name: "counts-no-requests",
    mistake: "counts requests of the last instant alone",
    file: "properties/bounded-requests.ts",
    from: "observation.at - oldest >= windowMs) return undefined;",
    to: "observation.at - oldest >= 0) return undefined;",
    property: "bounded-requests",
    variant: "hot-loop",
  },
  {
    name: "every-loss-explained",
    mistake: "asks for no renewal that failed",
    file: "properties/hindrances.ts",
    from: "    if (this.#hindrances.wasSplit(begin, end)) return undefined;\n",
    to: "    if (begin < end) return undefined;\n",
    property: "no-causeless-takeover",
    variant: "renews-once",
  },
  {
    name: "keys-stay-for-ever",
    mistake: "waits for a dead process's keys for ever",
    file: "properties/keys-expire.ts",
    from: "if (at <= dueAt) continue;",
    to: "if (at <= dueAt * 1e9) continue;",
    property: "keys-expire",
    variant: "session-without-lease",
  },
];
