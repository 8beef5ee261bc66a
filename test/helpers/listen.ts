/** A watch of the production client whose messages can be waited for, one after another. */
import type { WatchResponse } from "../../models/etcd-api.ts";
import type { EtcdClient } from "../../src/kv/etcd/client.ts";

export interface Listening {
  next(): Promise<WatchResponse>;
  /** Resolves with why the watch broke, if it does. */
  readonly broken: Promise<string>;
}

export function listen(client: EtcdClient, key: string, startRevision?: number): Listening {
  const come: WatchResponse[] = [];
  const waiting: (() => void)[] = [];
  let tell: (why: string) => void = () => undefined;
  const broken = new Promise<string>((resolve) => {
    tell = resolve;
  });
  client.watch(
    { key, ...(startRevision === undefined ? {} : { startRevision }) },
    {
      onMessage(response) {
        come.push(response);
        for (const wake of waiting.splice(0)) wake();
      },
      onBroken: ({ message }) => tell(message),
    },
  );
  const next = async (): Promise<WatchResponse> => {
    while (come.length === 0) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    }
    return come.shift() as WatchResponse;
  };
  return { next, broken };
}
