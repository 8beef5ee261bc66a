/** The shape of etcd's answers in a trace, as far as anything here reads them; what else stands in them is kept. */
import { z } from "zod";

const header = z.looseObject({ revision: z.int() });

const keyValue = z.looseObject({
  key: z.string(),
  value: z.string(),
  createRevision: z.int(),
  modRevision: z.int(),
  version: z.int(),
  lease: z.string(),
});

/** A transaction's hold others. */
const responseSchema = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("range"), header, kvs: z.array(keyValue) }),
  z.looseObject({ type: z.literal("put"), header }),
  z.looseObject({ type: z.literal("deleteRange"), header, deleted: z.int() }),
  z.looseObject({
    type: z.literal("txn"),
    header,
    succeeded: z.boolean(),
    get responses() {
      return z.array(responseSchema);
    },
  }),
  z.looseObject({ type: z.literal("compact"), header }),
  z.looseObject({ type: z.literal("leaseGrant"), header, id: z.string(), ttlSeconds: z.number() }),
  z.looseObject({ type: z.literal("leaseRevoke"), header }),
  z.looseObject({ type: z.literal("leaseKeepAlive"), header, id: z.string(), ttlSeconds: z.number() }),
  z.looseObject({ type: z.literal("leaseTimeToLive"), header, id: z.string(), keys: z.array(z.string()) }),
  z.looseObject({ type: z.literal("leaseLeases"), header, leases: z.array(z.string()) }),
]);

const failed = { code: z.string(), message: z.string() };

export const replySchema = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("ok"), response: responseSchema }),
  z.looseObject({ type: z.literal("refused"), ...failed }),
  z.looseObject({ type: z.literal("unknown"), ...failed }),
]);

export const watchResponseSchema = z.looseObject({
  watchId: z.int(),
  header,
  events: z.array(z.looseObject({ type: z.enum(["PUT", "DELETE"]), kv: keyValue })),
});
