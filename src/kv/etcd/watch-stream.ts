/**
 * One watch stream as etcd has it: several watches, cancellation, progress, nothing opened again. For looking at etcd itself;
 * an election uses `watch.ts`.
 */
import type { ClientDuplexStream, ServiceError } from "@grpc/grpc-js";
import { Metadata } from "@grpc/grpc-js";
import type { WatchRequest, WatchResponse } from "../../../models/etcd-api.ts";
import { WATCH, watchFromWire, watchToWire } from "./convert.ts";
import type { EtcdMember } from "./members.ts";
import type { Wire } from "./schema.ts";

export interface WatchStream {
  /** `watchId` 0: etcd picks. */
  create(watchId: number, request: WatchRequest): void;
  cancel(watchId: number): void;
  requestProgress(): void;
  close(): void;
}

/** `onEnd` hears of an end that was not asked for. */
export function openWatchStream(
  { connection }: EtcdMember,
  onMessage: (response: WatchResponse) => void,
  onEnd: (why: string) => void,
): WatchStream {
  const { codec, path } = WATCH;
  let open = true;
  const stream: ClientDuplexStream<Wire, Wire> = connection.makeBidiStreamRequest(
    path,
    codec.encode,
    codec.decode,
    new Metadata(),
    {},
  );
  const end = (why: string): void => {
    if (open) onEnd(why);
    open = false;
  };
  stream.on("data", (fields: Wire) => {
    if (open) onMessage(watchFromWire(fields));
  });
  stream.on("error", (error: ServiceError) => end(error.details));
  stream.on("end", () => end("the stream ended"));
  return {
    create: (watchId, request) =>
      void stream.write({ create: { ...(watchToWire(request)["create"] as Wire), watchId } }),
    cancel: (watchId) => void stream.write({ cancel: { watchId } }),
    requestProgress: () => void stream.write({ progress: {} }),
    close() {
      open = false;
      stream.cancel();
    },
  };
}
