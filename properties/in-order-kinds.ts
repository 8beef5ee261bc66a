/** How a coordinator can leave the protocol's order, and how that is told. */
import { seconds } from "../src/words/seconds.ts";
import type { FindingOf, ViolationKinds } from "./violation.ts";

/** `nodes`: whose life it is. `what`: a milestone or a request, by name. */
export type OrderBroken = FindingOf<{
  readonly "out-of-turn": { readonly what: string; readonly after: string };
  readonly "put-off": { readonly what: readonly string[]; readonly after: string; readonly sinceMs: number };
  readonly "too-soon": { readonly what: string; readonly afterMs: number; readonly leastMs: number };
  /** `refusals`: in a row, of what it asks for again. */
  readonly "too-eager": {
    readonly what: string;
    readonly afterMs: number;
    readonly leastMs: number;
    readonly refusals: number;
  };
  /** Nothing can have ended the watch since it was opened, at `sinceMs`. */
  readonly "watch-again": { readonly key: string; readonly sinceMs: number };
  readonly "too-long": { readonly forMs: number; readonly mostMs: number };
  readonly "carried-over": { readonly leaseId: string };
  readonly "too-few-tries": { readonly what: string; readonly tries: number; readonly least: number };
  readonly "too-many-tries": { readonly what: string; readonly tries: number; readonly most: number };
}>;

export const orderKinds: ViolationKinds<OrderBroken> = {
  "out-of-turn": {
    cause: ["what", "after"],
    tell: ({ at, facts: { after, what }, nodes: [node] }) =>
      `${node} comes to "${what}" at ${seconds(at)}, which does not follow on "${after}".`,
  },
  "put-off": {
    cause: ["what", "after"],
    tell: ({ at, facts: { after, sinceMs, what }, nodes: [node] }) =>
      `${node} has not come to "${what.join('" or "')}" by ${seconds(at)}, though "${after}" at ${seconds(sinceMs)} asks for it.`,
  },
  "too-soon": {
    cause: ["what"],
    tell: ({ facts: { afterMs, leastMs, what }, nodes: [node] }) =>
      `${node} comes to "${what}" ${seconds(afterMs)} after the last one that succeeded; ${seconds(leastMs)} are enough.`,
  },
  "too-eager": {
    cause: ["what"],
    tell: ({ facts: { afterMs, leastMs, refusals, what }, nodes: [node] }) =>
      `${node} comes to "${what}" ${seconds(afterMs)} after etcd has refused it ` +
      `${refusals === 1 ? "once" : `${refusals} times in a row`}; it must wait ${seconds(leastMs)}.`,
  },
  "watch-again": {
    cause: ["key"],
    tell: ({ at, facts: { key, sinceMs }, nodes: [node] }) =>
      `${node} watches ${key} anew at ${seconds(at)}, though nothing can have ended the watch that it opened at ${seconds(sinceMs)}.`,
  },
  "too-long": {
    cause: [],
    tell: ({ at, facts: { forMs, mostMs }, nodes: [node] }) =>
      `${node} relies at ${seconds(at)} on its lease for ${seconds(forMs)} from when it last asked for it; ${seconds(mostMs)} are all.`,
  },
  "carried-over": {
    cause: [],
    tell: ({ at, facts: { leaseId }, nodes: [node] }) =>
      `${node} registers anew at ${seconds(at)}, and still takes the lease ${leaseId} for its own.`,
  },
  "too-few-tries": {
    cause: ["what"],
    tell: ({ at, facts: { least, tries, what }, nodes: [node] }) =>
      `${node} comes to "${what}" at ${seconds(at)} after ${tries} tries, where it must try ${least} times.`,
  },
  "too-many-tries": {
    cause: ["what"],
    tell: ({ at, facts: { most, tries, what }, nodes: [node] }) =>
      `${node} comes to "${what}" at ${seconds(at)} after ${tries} tries, where ${most} are all.`,
  },
};
