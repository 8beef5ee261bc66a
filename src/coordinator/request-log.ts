/**
 * Says of requests to etcd that they fail, and why: once for each reason, however often it repeats, and that it is over. An
 * outage of an hour is two lines of each kind, not ten thousand.
 */
import type { Log } from "./log.ts";
import type { EndedRequest } from "./requests.ts";

export class RequestLog {
  readonly #log: Log;
  /** Failures since the last success, by kind. */
  readonly #failing = new Map<string, { readonly reason: string; times: number }>();

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
    const times = (failing?.times ?? 0) + 1;
    if (failing?.reason === reason) failing.times = times;
    else {
      this.#failing.set(kind, { reason, times });
      this.#log.own("WARN", "a request to etcd failed", { request: kind, result, reason, member });
    }
  }
}
