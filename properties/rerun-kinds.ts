/** How two runs of one case can part: what the properties that need several runs find. */
import type { Observation } from "../models/observation.ts";
import { seconds } from "../src/words/seconds.ts";
import type { FindingOf, ViolationKind, ViolationKinds } from "./violation.ts";

/** `nodes` is empty: what differs is the simulation's doing. */
export type Parting = {
  /** Which observation is the first that differs, from 1. */
  readonly observation: number;
  /** Absent: there was nothing more. */
  readonly once?: Observation;
  readonly again?: Observation;
};

export type RunsPart = FindingOf<{ readonly "runs-part": Parting }>;
export type CopyParts = FindingOf<{
  readonly "copy-parts": Parting;
  readonly "reading-parts": Parting;
  /** What the copy did has changed the original. */
  readonly "copy-shares": Record<never, never>;
}>;

/** `nodes`: whose it is. */
export type Leftover = FindingOf<{
  /** `open` above `needed`: nobody listens to it any more; below: the state waits for what cannot come. */
  readonly watches: { readonly open: number; readonly needed: number; readonly state: readonly string[] };
  readonly timer: { readonly timer: string; readonly state: readonly string[] };
  /** Its time is over, and nobody has said so. */
  readonly request: { readonly purpose: string; readonly overMs: number };
  /** `missing`: the request without whose answer, or the timer without which, its state goes on for ever. */
  readonly "waits-for-nothing": { readonly missing: string; readonly state: readonly string[] };
  readonly "lease-abandoned": Record<never, never>;
  readonly "watch-of-the-dead": { readonly key: string; readonly owner: string };
}>;

/** `nodes`: who loaded. */
export type LoadedOtherwise = FindingOf<{
  /** `loaded`, `stored`: the value of `key`, as it was loaded and as it stood at `revision`; absent: there was none. */
  readonly "loaded-otherwise": {
    readonly role: string;
    readonly revision: number;
    readonly key: string;
    readonly loaded?: string;
    readonly stored?: string;
  };
}>;

export const loadedKinds: ViolationKinds<LoadedOtherwise> = {
  "loaded-otherwise": {
    cause: ["role"],
    tell: ({ at, facts: { key, loaded, revision, role, stored }, nodes: [node] }) =>
      `${node} goes on to serve ${role} at ${seconds(at)} with ${key} ${loaded === undefined ? "missing" : `as "${loaded}"`}, ` +
      `where ${stored === undefined ? "there was none" : `"${stored}" stood`} at revision ${revision}.`,
  },
};

export const leftoverKinds: ViolationKinds<Leftover> = {
  watches: {
    cause: ["open", "needed"],
    tell: ({ at, facts: { needed, open }, nodes: [node] }) =>
      `${node} has ${open} watches open at ${seconds(at)}, where its state waits on ${needed}.`,
    details: ({ state }) => state.map((path) => `  ${path}`),
  },
  timer: {
    cause: ["timer"],
    tell: ({ at, facts: { timer }, nodes: [node] }) =>
      `${node} has the timer ${timer} running at ${seconds(at)}, though it is not in that state.`,
    details: ({ state }) => state.map((path) => `  ${path}`),
  },
  request: {
    cause: ["purpose"],
    tell: ({ at, facts: { overMs, purpose }, nodes: [node] }) =>
      `${node} still waits at ${seconds(at)} for the answer to a ${purpose} whose time was over ${seconds(overMs)} ago.`,
  },
  "waits-for-nothing": {
    cause: ["missing"],
    tell: ({ at, facts: { missing }, nodes: [node] }) =>
      `${node} waits at ${seconds(at)} for ${missing === "timer" ? "a timer that is not running" : `the answer to a ${missing} that is not under way`}.`,
    details: ({ state }) => state.map((path) => `  ${path}`),
  },
  "lease-abandoned": {
    cause: [],
    tell: ({ at, nodes: [node] }) =>
      `${node} stops at ${seconds(at)} as if it had no lease, while etcd may be granting it one.`,
  },
  "watch-of-the-dead": {
    cause: [],
    tell: ({ at, facts: { key, owner } }) =>
      `etcd holds a watch on ${key} at ${seconds(at)} for a process of ${owner} that is gone.`,
  },
};

export const determinismKinds: ViolationKinds<RunsPart> = {
  "runs-part": parting("two runs of one input part"),
};

export const copyKinds: ViolationKinds<CopyParts> = {
  "copy-parts": parting("a copied world parts from its original"),
  "reading-parts": parting("a world read back parts from its original"),
  "copy-shares": {
    cause: [],
    tell: ({ at }) => `what a world does that was copied at ${seconds(at)} changes its original.`,
  },
};

function parting(how: string): ViolationKind<Parting> & { readonly cause: readonly [] } {
  return {
    cause: [],
    tell: ({ at, facts: { observation } }) =>
      `${how}: observation ${observation} differs, at ${seconds(at)}.`,
    details: ({ again, once }) => [`  once:  ${tellSide(once)}`, `  again: ${tellSide(again)}`],
  };
}

function tellSide(side: Observation | undefined): string {
  return side === undefined ? "nothing more" : JSON.stringify(side);
}
