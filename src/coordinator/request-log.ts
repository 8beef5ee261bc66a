/**
 * Says of requests to etcd that they fail, and why: once for each reason, however often it repeats, and that it is over. An
 * outage of an hour is two lines of each kind, not ten thousand.
 */
import type { Log } from "./log.ts";
import type { EndedRequest } from "../service/requests.ts";

/** So many reasons of one kind are remembered; members and their addresses are few. */
const MOST_REASONS = 50;

interface Failing {
  readonly said: Set<string>;
  times: number;
}

export class RequestLog {
  readonly #log: Log;
  /** Failures since the last success, by kind. */
  readonly #failing = new Map<string, Failing>();

  constructor(log: Log) {
    this.#log = log;
  }

  ended({ kind, member, reason, result }: EndedRequest): void {
    const failing = this.#failing.get(kind);
    if (reason === undefined) {
      this.#failing.delete(kind);
      if (failing !== undefined && failing.times > 1)
        this.#log.own("INFO", "etcd answers this request again", {
          request: kind,
          failures: String(failing.times),
        });
      return;
    }
    const now = failing ?? { said: new Set(), times: 0 };
    this.#failing.set(kind, now);
    now.times++;
    // Members take turns, and each has reasons of its own.
    if (now.said.has(reason) || now.said.size >= MOST_REASONS) return;
    now.said.add(reason);
    this.#log.own("WARN", "a request to etcd failed", { request: kind, result, reason, member });
  }
}
