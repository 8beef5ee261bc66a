/** A real etcd as a case's real side: the production client for requests, bare watch streams beside it. */
import type { RealServer } from "../../../properties/fidelity/servers.ts";
import type { WatchResponse } from "../../../models/etcd-api.ts";
import { EtcdClient } from "../../kv/etcd/client.ts";
import { Members } from "../../kv/etcd/members.ts";
import { openWatchStream, type WatchStream } from "../../kv/etcd/watch-stream.ts";

const CALL_MS = 10_000;
/** What a watch stream has not brought by then is missing. */
const HEAR_MS = 5000;

interface Heard {
  readonly stream: WatchStream;
  readonly messages: WatchResponse[];
  ended: boolean;
  wake: () => void;
}

export interface OpenServer extends RealServer {
  untilHeard(
    stream: number,
    enough: (heard: readonly WatchResponse[]) => boolean,
    limitMs?: number,
  ): Promise<void>;
  close(): void;
}

/** Connects when first used. */
export function openRealServer(endpoints: readonly string[]): OpenServer {
  const client = new EtcdClient({ endpoints });
  const members = new Members({ endpoints });
  const streams = new Map<number, Heard>();

  function streamAt(number: number): Heard {
    const known = streams.get(number);
    if (known !== undefined) return known;
    const messages: WatchResponse[] = [];
    const stream = openWatchStream(
      members.current,
      (message) => {
        messages.push(message);
        heard.wake();
      },
      () => {
        heard.ended = true;
        heard.wake();
      },
    );
    const heard: Heard = { stream, messages, ended: false, wake: () => undefined };
    streams.set(number, heard);
    return heard;
  }

  const hangUp = (): void => {
    for (const { stream } of streams.values()) stream.close();
    streams.clear();
  };

  return {
    ask: (request) => client.submit(request, CALL_MS),
    tell(number, message) {
      const { stream } = streamAt(number);
      switch (message.type) {
        case "watch":
          return stream.create(message.watchId, message.request);
        case "cancelWatch":
          return stream.cancel(message.watchId);
        case "progress":
          return stream.requestProgress();
      }
    },
    heard: (number) => streams.get(number)?.messages ?? [],
    untilHeard(number, enough, limitMs = HEAR_MS) {
      const heard = streams.get(number);
      const isEnough = (): boolean => heard === undefined || heard.ended || enough(heard.messages);
      if (heard === undefined || isEnough()) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          heard.wake = () => undefined;
          resolve();
        };
        const timer = setTimeout(done, limitMs);
        heard.wake = () => {
          if (isEnough()) done();
        };
      });
    },
    hangUp,
    close() {
      hangUp();
      members.close();
      client.close();
    },
  };
}
