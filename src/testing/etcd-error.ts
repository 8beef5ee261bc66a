/** What a request rejects with. */
import type { GrpcCode, KvReply } from "../../models/etcd-api.ts";

/** etcd did not do it, or nobody knows. */
export class EtcdError extends Error {
  override readonly name = "EtcdError";
  readonly code: GrpcCode;
  /** `refused`: it certainly did not happen. `unknown`: it may have happened, may still, or may never. */
  readonly outcome: "refused" | "unknown";

  constructor(what: string, { code, message, type }: Exclude<KvReply, { type: "ok" }>) {
    // Of a question nothing can have happened.
    const asks = /^kv\.(?:get|list|timeToLive|watch)/u.test(what);
    const outcome = asks ? "" : type === "refused" ? ", did not happen" : ", may have happened";
    super(`${what}: ${message} (${code}${outcome})`);
    this.code = code;
    this.outcome = type;
  }
}
