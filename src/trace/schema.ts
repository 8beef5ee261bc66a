/**
 * What a trace file's lines must look like, for reading files that came from elsewhere. Strict where a misreading would
 * make a replay lie (an unknown field may change the meaning of all others), open where the words are etcd's own.
 */
import { z } from "zod";
import { VERSION_PATTERN, type EtcdVersion } from "../../models/etcd.ts";
import { FAULT_KINDS, ofKinds } from "../simulation/fault.ts";
import type { Field } from "../simulation/faults/fields.ts";
import { FORMAT } from "./format.ts";
import { replySchema, watchResponseSchema } from "./message-schema.ts";

const ms = z.number().describe("milliseconds of true virtual time");
// oxlint-disable-next-line no-control-regex -- they could pretend to be lines of ours wherever a name is shown
const NAME = /^[^\u0000-\u001f\u007f-\u009f]+$/u;
const name = z.string().regex(NAME, "which is empty or has control characters");
const message = z.looseObject({ type: z.string() });
const revision = z.int();
const id = z.int();

const leg = z.enum(["request", "reply", "watch"]);

/** Every fault of a scenario that this version knows. */
const faultSchema = ofKinds(() =>
  z.discriminatedUnion(
    "type",
    FAULT_KINDS.map(schemaOf) as [ReturnType<typeof schemaOf>, ...ReturnType<typeof schemaOf>[]],
  ),
);

function schemaOf(kind: (typeof FAULT_KINDS)[number]) {
  const fields = Object.entries(kind.fields).map(([field, described]) => {
    const value = valueOf(described);
    return [field, described.optional === true ? value.exactOptional() : value] as const;
  });
  return z.strictObject({ type: z.literal(kind.name), atMs: ms, ...Object.fromEntries(fields) });
}

function valueOf(field: Field): z.ZodType {
  switch (field.type) {
    case "span":
    case "period":
    case "shift":
      return ms;
    case "rate":
      return z.number();
    case "count":
    case "whole":
      return z.int();
    case "choice":
      return z.enum(Object.keys(field.words));
    case "flag":
      return z.boolean();
    case "coordinator":
    case "purpose":
      return name;
    case "member":
      return z.union([z.literal("leader"), z.int().positive()]);
    case "leg":
      return leg;
  }
}

const networkSchema = z.strictObject({ delayMs: ms, slowMs: ms, lateMs: ms, streamTimeoutMs: ms });
/** `partial()` would admit undefined. */
const ownNetwork = z.strictObject({
  delayMs: ms.exactOptional(),
  slowMs: ms.exactOptional(),
  lateMs: ms.exactOptional(),
  streamTimeoutMs: ms.exactOptional(),
});

const tracedScenarioSchema = ofKinds(() =>
  z.strictObject({
    title: z.string(),
    ttlSeconds: z.number().positive(),
    clockRateTolerance: z.number().exactOptional(),
    horizonMs: z.number().nonnegative(),
    coordinators: z.array(
      z.strictObject({
        name,
        role: name,
        startAtMs: ms,
        activeStandby: z.boolean(),
        afterLoss: z.enum(["exit", "registerAnew"]),
        retryTimes: z.int().positive().exactOptional(),
        restartAfterMs: ms.exactOptional(),
        clockOffsetMs: ms,
        clockRate: z.number(),
        ttlSeconds: z.number().positive().exactOptional(),
        activationLimitMs: ms.exactOptional(),
        variant: name.exactOptional(),
        network: ownNetwork.exactOptional(),
        member: z.int().positive().exactOptional(),
      }),
    ),
    processes: z
      .array(
        z.strictObject({
          name,
          role: name,
          kind: name,
          startAtMs: ms,
          restartAfterMs: ms.exactOptional(),
          clockOffsetMs: ms,
          clockRate: z.number(),
          network: ownNetwork.exactOptional(),
          member: z.int().positive().exactOptional(),
          settings: z.record(z.string(), z.unknown()).exactOptional(),
        }),
      )
      .exactOptional(),
    network: networkSchema,
    service: z.strictObject({
      activationMs: ms,
      perEntryMs: ms.exactOptional(),
      writeEveryMs: ms,
      deleteEvery: z.int().min(2).exactOptional(),
      failsFirst: z.int().positive().exactOptional(),
    }),
    etcd: z.strictObject({
      version: z
        .string()
        .regex(VERSION_PATTERN, "which is not a version of etcd that is simulated") as z.ZodType<EtcdVersion>,
      clockRate: z.number(),
      members: z.int().positive().exactOptional(),
    }),
    faults: z.array(faultSchema()),
  }),
);

export const decisionSchema = z.strictObject({
  question: z.enum(["fate", "order", "jitter"]),
  index: z.int().nonnegative(),
  answer: z.int().positive(),
  options: z.int().exactOptional(),
  atMs: ms.exactOptional(),
  ordinal: z.int().exactOptional(),
  node: name.exactOptional(),
  leg: leg.exactOptional(),
  purpose: z.string().exactOptional(),
  timer: name.exactOptional(),
  means: z.string().exactOptional(),
});

const facts = z.record(z.string(), z.unknown());
const recordedText = z.string().exactOptional();
const violationSchema = z.strictObject({
  property: name.exactOptional(),
  kind: name,
  at: ms,
  nodes: z.array(name),
  facts,
  recordedText,
});
const undecidedSchema = z.strictObject({ kind: name, facts, recordedText });

/** What a field is, as `src/simulation/faults/fields.ts` describes it; more of it is for forms. */
const fieldSchema = z.looseObject({
  type: z.enum([
    "span",
    "period",
    "shift",
    "rate",
    "count",
    "whole",
    "choice",
    "flag",
    "coordinator",
    "member",
    "leg",
    "purpose",
  ]),
  optional: z.literal(true).exactOptional(),
  stands: z.literal(true).exactOptional(),
  words: z.record(z.string(), z.string()).exactOptional(),
});

export const faultKindSchema = z.strictObject({
  name,
  fields: z.record(z.string(), fieldSchema),
  strikes: z.enum(["coordinator", "etcd"]),
  span: name.exactOptional(),
  needsProcess: z.literal(true).exactOptional(),
  asksToStop: z.literal(true).exactOptional(),
  faults: z.array(
    z.strictObject({
      index: z.int().nonnegative(),
      begins: z.string(),
      ends: z.string().exactOptional(),
      effects: z.strictObject({
        standsStill: z.literal(true).exactOptional(),
        staysDown: z.literal(true).exactOptional(),
        clockRate: z.number().exactOptional(),
        etcdClockRate: z.number().exactOptional(),
        everybody: z.literal(true).exactOptional(),
        cut: z.strictObject({ toEtcd: z.boolean(), fromEtcd: z.boolean() }).exactOptional(),
        mutesWatches: z.literal(true).exactOptional(),
        member: z.enum(["down", "frozen", "cut", "lags"]).exactOptional(),
        outOfReach: z.literal(true).exactOptional(),
      }),
    }),
  ),
});

export const headerSchema = ofKinds(() =>
  z.strictObject({
    type: z.literal("header"),
    format: z.literal(FORMAT),
    schemaVersion: z.int().positive(),
    package: z.string(),
    variant: name,
    recorded: z.enum(["production", "logs", "served"]).exactOptional(),
    scenario: tracedScenarioSchema(),
    decisions: z.array(decisionSchema),
    stop: z.enum(["horizon", "violation"]).exactOptional(),
    property: name.exactOptional(),
    violation: violationSchema.exactOptional(),
    seed: z.int().exactOptional(),
    path: z.string().exactOptional(),
    modules: z.array(name).exactOptional(),
    faultKinds: z.array(faultKindSchema).exactOptional(),
  }),
);

/** Where etcd has several: which of them, from 1 on. */
const member = z.int().positive().exactOptional();
/** Of a watch that goes on across members: which of its streams. */
const stream = z.int().positive().exactOptional();

const bare = (type: string) => z.strictObject({ type: z.literal(type) });

export const causeSchema = z.discriminatedUnion("type", [
  bare("start"),
  bare("stop"),
  bare("prepared"),
  bare("unhealthy"),
  bare("resume"),
  bare("silence"),
  bare("tick"),
  z.strictObject({ type: z.literal("timer"), timer: name }),
  z.strictObject({
    type: z.literal("evidence"),
    basis: z.enum(["logged", "recorded", "told by etcd", "inferred"]),
    line: z.string(),
  }),
  z.strictObject({
    type: z.literal("request"),
    from: name,
    id,
    purpose: name,
    request: message,
    member,
    hasLeader: z.boolean().exactOptional(),
  }),
  z.strictObject({
    type: z.literal("watch"),
    from: name,
    id,
    request: z.looseObject({ key: z.string() }),
    member,
    stream,
  }),
  z.strictObject({ type: z.literal("unwatch"), from: name, id, member, stream }),
  z.strictObject({ type: z.literal("reply"), id, purpose: name, reply: replySchema }),
  z.strictObject({ type: z.literal("timeout"), id, purpose: name }),
  z.strictObject({ type: z.literal("watchMessage"), response: watchResponseSchema, stream }),
  z.strictObject({ type: z.literal("watchBroken"), id, stream }),
  z.strictObject({ type: z.literal("write"), token: revision }),
  z.strictObject({ type: z.literal("task"), task: message }),
  z.strictObject({
    type: z.literal("fault"),
    index: z.int().nonnegative(),
    kind: name,
    phase: z.enum(["begins", "ends", "goes on"]),
  }),
]);

const effectSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("request"), purpose: name }),
  z.strictObject({ type: z.literal("watch"), watch: z.enum(["role", "session"]) }),
  z.strictObject({ type: z.literal("unwatch"), watch: z.enum(["role", "session"]) }),
  z.strictObject({ type: z.literal("announce"), milestone: name, reason: name.exactOptional() }),
  z.strictObject({ type: z.literal("startTimer"), timer: name, delayMs: ms }),
  z.strictObject({ type: z.literal("cancelTimer"), timer: name }),
]);

const stepSchema = z.strictObject({
  event: name,
  elapsedMs: ms.exactOptional(),
  effects: z.array(effectSchema),
  state: z.array(name).min(1),
  attempts: z.int().exactOptional(),
  setbacks: z.int().exactOptional(),
});

const OBSERVATIONS = [
  "started",
  "ended",
  "milestone",
  "claim",
  "claimEnded",
  "change",
  "written",
  "note",
  "unseen",
  "request",
  "message",
  "fault",
  "end",
] as const;

const observationSchema = z.looseObject({ type: z.enum(OBSERVATIONS), node: name.exactOptional() });

export const eventSchema = z.strictObject({
  type: z.literal("event"),
  n: z.int().positive(),
  at: ms,
  own: z.number().exactOptional(),
  node: name,
  cause: causeSchema,
  delivery: z.enum(["held", "gone", "late", "cut off", "stale", "refused"]).exactOptional(),
  steps: z.array(stepSchema).exactOptional(),
  seen: z.array(observationSchema).exactOptional(),
  etcd: z.strictObject({ mode: name, revision, leases: z.int(), leader: member }).exactOptional(),
});

export const endSchema = z.strictObject({
  type: z.literal("end"),
  events: z.int().nonnegative(),
  at: ms,
  ended: z.enum(["horizon", "violation"]),
  verdicts: z.array(
    z.strictObject({
      property: name,
      verdict: z.enum(["holds", "violated", "inconclusive", "outside", "not judged"]),
      violation: violationSchema.exactOptional(),
      open: undecidedSchema.exactOptional(),
    }),
  ),
  seen: z.array(observationSchema).exactOptional(),
  digest: z.string().exactOptional(),
});

/** Any line of a trace file. Published as `schema/trace.schema.json`. */
export const lineSchema = z.discriminatedUnion("type", [headerSchema(), eventSchema, endSchema]);
