/** A watch as an async iterable. */
import type { WatchRequest } from "../../models/etcd-api.ts";
import { EtcdError } from "./etcd-error.ts";
import { entryOf, type Change } from "./operations.ts";
import type { RequestPort } from "./request-port.ts";

const BROKEN = { type: "unknown", code: "Unavailable", message: "the stream broke" } as const;

/** The watch is open as soon as this is called, so that nothing is missed before the first is asked for. */
export function watchedChanges(
  port: RequestPort,
  request: WatchRequest,
  what: string,
  signal: AbortSignal | undefined,
): AsyncIterable<Change> {
  const waiting: Change[] = [];
  let failure: EtcdError | undefined;
  let over = signal?.aborted === true;
  let wake: () => void = () => undefined;
  const end = (why?: EtcdError) => {
    failure ??= why;
    over = true;
    wake();
  };
  const close = port.watch(
    request,
    ({ canceled, cancelReason, compactRevision, events }) => {
      waiting.push(
        ...events.map(({ kv, type }): Change => ({
          type: type === "PUT" ? "put" : "delete",
          ...entryOf(kv),
        })),
      );
      wake();
      if (!canceled) return;
      const compacted = `history is compacted up to revision ${compactRevision}`;
      const message = cancelReason || (compactRevision > 0 ? compacted : "etcd ended the watch");
      end(new EtcdError(what, { type: "refused", code: "OutOfRange", message }));
    },
    () => end(new EtcdError(what, BROKEN)),
  );
  const onAbort = () => {
    close();
    end();
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  const finish = () => {
    signal?.removeEventListener("abort", onAbort);
    close();
    end();
  };
  const iterator: AsyncIterableIterator<Change> = {
    async next() {
      for (;;) {
        const value = waiting.shift();
        if (value !== undefined) return { done: false, value };
        if (over) finish();
        if (failure !== undefined) throw failure;
        if (over) return { done: true, value: undefined };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    // Also where somebody waits for the next: there is none any more.
    return() {
      waiting.length = 0;
      finish();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
