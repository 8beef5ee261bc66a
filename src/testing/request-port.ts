/** The narrow way to etcd that its words for people stand on. */
import type { KvReply, KvRequest, WatchRequest, WatchResponse } from "../../models/etcd-api.ts";

/** What an `EtcdPort` stands on. */
export interface RequestPort {
  /** `purpose`: for faults and stories. */
  submit(request: KvRequest, timeoutMs: number, purpose: string): Promise<KvReply>;
  /** Returns how to close it. `onBroken` is told once, and nothing after it. */
  watch(
    request: WatchRequest,
    onMessage: (response: WatchResponse) => void,
    onBroken: () => void,
  ): () => void;
  /** Says what was asked for, in words. */
  asked(what: string): void;
}
