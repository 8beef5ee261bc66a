/** How a takeover can be late, why a run may end before that can be told, and what the closest one is told as. */
import { seconds } from "../src/words/seconds.ts";
import type { Margin } from "./property.ts";
import type { VacancyCause } from "./takeovers.ts";
import type { FindingOf, UndecidedKinds, UndecidedOf, ViolationKinds } from "./violation.ts";

/** `nodes`: who served before, if anybody did. */
export type Found = FindingOf<{
  readonly "not-taken-over": Overdue & {
    /** What the former one's service ended by. */
    readonly cause: Exclude<VacancyCause, "start">;
  };
  readonly "never-served": Overdue;
}>;

export type Overdue = {
  readonly role: string;
  readonly sinceMs: number;
  /** How long it may take at most. */
  readonly boundMs: number;
  /** Who could have, by name. */
  readonly able: readonly string[];
};

export const kinds: ViolationKinds<Found> = {
  "not-taken-over": {
    cause: ["role", "cause"],
    tell: ({ facts, nodes: [former] }) => tellOverdue(facts, `since ${former}'s ${facts.cause}`),
  },
  "never-served": {
    cause: ["role"],
    tell: ({ facts }) => tellOverdue(facts, "since the beginning"),
  },
};

function tellOverdue({ able, boundMs, role, sinceMs }: Overdue, began: string): string {
  return (
    `Nobody has served ${role} for ${seconds(boundMs)}, ${began} at ${seconds(sinceMs)}. ` +
    `With ${able.join(" and ")} able to, that is the longest it may take.`
  );
}

export type Open = UndecidedOf<{
  readonly "not-due-yet": { readonly roles: readonly string[]; readonly endedAtMs: number };
  /** Nobody serves these to the end, and nobody is left who could. */
  readonly "nobody-left": { readonly roles: readonly string[] };
}>;

export const open: UndecidedKinds<Open> = {
  "not-due-yet": {
    tell: ({ endedAtMs, roles }) =>
      `nobody serves ${roles.join(", ")} at ${seconds(endedAtMs)}, and the bound has not passed yet`,
  },
  "nobody-left": {
    tell: ({ roles }) => `nobody serves ${roles.join(", ")} to the end, and nobody is left who could`,
  },
};

/** What a takeover comes after, in words. */
export const AFTER: Readonly<Record<VacancyCause, string>> = {
  crash: "a crash",
  stop: "a clean stop",
  loss: "a claim that ended",
  start: "the start",
};

export function marginText({ boundMs, tookMs, what }: Margin<VacancyCause>): string {
  return `Closest to its bound: a takeover of ${hundredths(tookMs)} after ${AFTER[what]}, where ${hundredths(boundMs)} are allowed.`;
}

function hundredths(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
