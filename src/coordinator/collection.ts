/** What a collection is, as clients send it and as etcd keeps it. */
import { z } from "zod";

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/u;
const name = z.string().regex(NAME, "must be letters, digits and _, at most 255, not starting with a digit");

const field = z.strictObject({
  name,
  type: z.enum(["Bool", "Int64", "Float", "Double", "VarChar", "JSON", "BinaryVector", "FloatVector"]),
  dim: z.int().positive().exactOptional(),
  primary: z.boolean().exactOptional(),
});

/** What a client sends to create one. */
const request = z.strictObject({
  name,
  description: z.string().max(1024).default(""),
  fields: z.array(field).max(64).default([]),
});

const stored = z.looseObject({
  name,
  description: z.string(),
  fields: z.array(field),
  /** The fencing token and the server id of the coordinator that created it. */
  token: z.int(),
  serverId: z.int(),
});

export type CollectionRequest = z.output<typeof request>;
export interface Collection extends Readonly<CollectionRequest> {
  readonly token: number;
  readonly serverId: number;
}

/** The request, or what is wrong with it in one sentence. */
export function readRequest(body: unknown): CollectionRequest | string {
  const read = request.safeParse(body);
  if (read.success) return read.data;
  return read.error.issues.map(({ message, path }) => `${path.join(".") || "body"}: ${message}`).join("; ");
}

/** A stored value; undefined: it is none. */
export function readCollection(text: string): Collection | undefined {
  try {
    const read = stored.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
