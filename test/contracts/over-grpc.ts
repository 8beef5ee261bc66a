/** The production client in the contract's words. */
import { setTimeout as sleep } from "node:timers/promises";
import type { WatchResponse } from "../../models/etcd-api.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import type { EtcdOptions } from "../../src/kv/etcd/options.ts";
import type { ContractEtcd } from "./kv-contract.ts";

const CALL_MS = 5000;

export function openOverGrpc(options: EtcdOptions): ContractEtcd {
  const client = new EtcdClient(options);
  return {
    submit: (request) => client.submit(request, CALL_MS),
    watch(request) {
      const come: WatchResponse[] = [];
      let wake: (() => void) | undefined;
      let broken: string | undefined;
      const watch = client.watch(request, {
        onMessage(response) {
          come.push(response);
          wake?.();
        },
        onBroken(why) {
          broken = why.message;
          wake?.();
        },
      });
      return Promise.resolve({
        async next() {
          for (;;) {
            const response = come.shift();
            if (response !== undefined) return response;
            if (broken !== undefined) throw new Error(`the watch broke: ${broken}`);
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        },
        cancel: () => Promise.resolve(watch.close()),
      });
    },
    advance: (ms) => sleep(ms),
    close: () => Promise.resolve(client.close()),
  };
}
