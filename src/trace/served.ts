/** What a recording of a served etcd says of a step that no message of a client's brought: enough to take it again. */
import type { Etcd, EtcdInput } from "../../models/etcd.ts";
import type { Cause } from "./format.ts";

/** What is put to etcd, beside the requests and watches that stand in causes of their own. */
export type ServedAct =
  /** It goes on from this state, in which nobody is connected. */
  | { readonly type: "state"; readonly etcd: Etcd }
  /** The same, but for this. */
  | { readonly type: "amended"; readonly change: Partial<Etcd> }
  /** An operator's, or of the server's own. */
  | { readonly type: "input"; readonly input: EtcdInput }
  /** A client waits no more for a request of its own, or ends a stream of watches. */
  | { readonly type: "gone"; readonly from: string; readonly id?: number; readonly stream?: number }
  | { readonly type: "progress"; readonly from: string; readonly stream: number };

/** As a cause: `text` tells it. */
export function servedCause(text: string, act?: ServedAct): Cause {
  const task = act === undefined ? { type: text } : { type: text, act };
  return { type: "task", task };
}

/** Back from {@link servedCause}; undefined: it is told alone. */
export function servedAct(cause: Cause): ServedAct | undefined {
  return cause.type === "task" ? (cause.task as { readonly act?: ServedAct }).act : undefined;
}
