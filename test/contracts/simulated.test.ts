/** The simulated etcd keeps the contract, in virtual time. */
import { nextTickMs } from "../../models/etcd.ts";
import type { WatchResponse } from "../../models/etcd-api.ts";
import { drive } from "../models/etcd-driver.ts";
import { describeKvContract, type ContractEtcd } from "./kv-contract.ts";

function open(): Promise<ContractEtcd> {
  const etcd = drive();
  let streams = 0;
  return Promise.resolve<ContractEtcd>({
    submit(request) {
      const id = etcd.send(request);
      // A renewal of a dead lease is answered by a later scan.
      let reply = etcd.replyTo(id);
      for (; reply === undefined; reply = etcd.replyTo(id)) etcd.advance(nextTickMs(etcd.etcd) - etcd.nowMs);
      return Promise.resolve(reply);
    },
    watch(request) {
      const watchId = ++streams;
      const queue: WatchResponse[] = [];
      etcd.step({ type: "watch", client: 1, stream: watchId, watchId, request });
      let readTo = 0;
      const collect = (): void => {
        for (; readTo < etcd.outputs.length; readTo++) {
          const output = etcd.outputs[readTo];
          if (output?.type === "watch" && output.stream === watchId) queue.push(output.response);
        }
      };
      return Promise.resolve({
        next() {
          collect();
          if (queue.length === 0) etcd.advance(100);
          collect();
          const response = queue.shift();
          return response === undefined
            ? Promise.reject(new Error("no watch response"))
            : Promise.resolve(response);
        },
        cancel() {
          etcd.step({ type: "cancelWatch", client: 1, stream: watchId, watchId });
          return Promise.resolve();
        },
      });
    },
    advance(ms) {
      etcd.advance(ms);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
}

describeKvContract({ name: "the simulated etcd 3.4.23", mayCompact: true, open });
