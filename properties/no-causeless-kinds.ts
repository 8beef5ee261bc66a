/** How the end of a membership can lack its cause, told. */
import type { LossReason } from "../models/election.ts";
import { seconds } from "../src/words/seconds.ts";
import type { FindingOf, ViolationKinds } from "./violation.ts";

/** What would have been the cause, and was not. */
export type Lack =
  | "key-is-there"
  | "deleted-by-somebody"
  | "lease-was-revoked"
  | "nobody-took-it"
  | "written-over"
  | "nobody-asked"
  | "limit-not-reached"
  | "nothing-held-it-up";

/** `nodes`: the one who gave up. */
export type Causeless = FindingOf<{
  readonly "renewal-succeeded": { readonly reason: LossReason; readonly sentAtMs: number };
  readonly "member-kept": {
    readonly reason: LossReason;
    readonly sentAtMs: number;
    readonly member: number;
  };
  readonly "renewal-missing": {
    readonly reason: LossReason;
    readonly sinceMs: number;
    readonly untilMs: number;
  };
  readonly "no-cause": { readonly reason: LossReason; readonly lacks: Lack };
  readonly "stopped-unasked": Record<never, never>;
}>;

const LACKS: Readonly<Record<Lack, string>> = {
  "key-is-there": "its key stands as it put it",
  "deleted-by-somebody": "it was deleted by a request, and no lease had ended",
  "lease-was-revoked": "its lease was revoked while it held it",
  "nobody-took-it": "nobody else has put its session key",
  "written-over": "another wrote over its session key, which was there already",
  "nobody-asked": "nobody had asked it to",
  "limit-not-reached": "its activation limit had not passed",
  "nothing-held-it-up": "nothing held up its loading or preparing",
};

export const causelessKinds: ViolationKinds<Causeless> = {
  "renewal-succeeded": {
    cause: ["reason"],
    tell: ({ at, facts: { reason, sentAtMs }, nodes: [node] }) =>
      `${node} gave up its membership at ${seconds(at)} (${reason}), although nothing stood between etcd and ` +
      `the renewal that it had sent at ${seconds(sentAtMs)}.`,
  },
  "member-kept": {
    cause: ["reason"],
    tell: ({ at, facts: { member, reason, sentAtMs }, nodes: [node] }) =>
      `${node} gave up its membership at ${seconds(at)} (${reason}), and had sent its renewal of ${seconds(sentAtMs)} ` +
      `to member ${member} of etcd again, which had left the one before it unanswered.`,
  },
  "renewal-missing": {
    cause: ["reason"],
    tell: ({ at, facts: { reason, sinceMs, untilMs }, nodes: [node] }) =>
      `${node} gave up its membership at ${seconds(at)} (${reason}), but sent no renewal from ` +
      `${seconds(sinceMs)} to ${seconds(untilMs)}, and did not stand still.`,
  },
  "no-cause": {
    cause: ["reason", "lacks"],
    tell: ({ at, facts: { lacks, reason }, nodes: [node] }) =>
      `${node} gave up its membership at ${seconds(at)} (${reason}), but ${LACKS[lacks]}.`,
  },
  "stopped-unasked": {
    cause: [],
    tell: ({ at, nodes: [node] }) => `${node} stops at ${seconds(at)}, and nobody had asked it to.`,
  },
};
