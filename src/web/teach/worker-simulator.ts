/**
 * Has everything simulated by a worker, so that the page stays smooth. The worker runs the page's own script. Where none can be
 * made, the page itself does the work.
 */
import type { TraceHeader, TraceLine } from "../../trace/format.ts";
import type { Job, JobName, Jobs } from "./jobs.ts";
import type { Opened } from "./open-trace.ts";
import type { Simulator, Watching } from "./simulator.ts";
import { perform, type News, type Order } from "./worker.ts";

interface Pending {
  readonly order: Order;
  readonly progress: (part: number) => void;
  readonly lines: TraceLine[];
  readonly resolve: (made: Jobs[JobName]["made"]) => void;
  readonly reject: (error: Error) => void;
}

export class WorkerSimulator implements Simulator {
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #workers = true;
  #next = 0;

  async ask<Name extends JobName>(
    name: Name,
    given: Jobs[Name]["given"],
    watching: Watching = {},
  ): Promise<Jobs[Name]["made"]> {
    return await this.#order({ name, given } as Job, [], watching);
  }

  /** Records the run that `header` describes. */
  async record(header: TraceHeader, watching: Watching = {}): Promise<readonly TraceLine[]> {
    const lines: TraceLine[] = [];
    await this.#order({ name: "record", given: header }, lines, watching);
    return lines;
  }

  async open(
    text: string,
    watching: Watching = {},
  ): Promise<{ readonly opened: Opened; readonly lines: readonly TraceLine[] }> {
    const lines: TraceLine[] = [];
    const opened = await this.#order<"open">({ name: "open", given: text }, lines, watching);
    return { opened, lines };
  }

  #order<Name extends JobName>(
    job: Job,
    lines: TraceLine[],
    { progress = () => undefined, signal }: Watching,
  ): Promise<Jobs[Name]["made"]> {
    const order = { id: this.#next++, job };
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      signal?.addEventListener("abort", () => this.#cancel(order.id, signal.reason as Error), { once: true });
      this.#pending.set(order.id, { order, progress, lines, resolve, reject });
      this.#post(order);
    });
  }

  #post(order: Order): void {
    const worker = this.#workers ? this.#begun() : undefined;
    if (worker === undefined) setTimeout(() => perform(order, (news) => this.#hear(news)));
    else worker.postMessage(order);
  }

  /** A job that runs cannot be interrupted but with its worker; the others are given to the next one. */
  #cancel(id: number, why: Error): void {
    const canceled = this.#pending.get(id);
    if (canceled === undefined) return;
    this.#pending.delete(id);
    this.#worker?.terminate();
    this.#worker = undefined;
    canceled.reject(why);
    this.#again();
  }

  /** Everything that was not done yet, from the beginning. */
  #again(): void {
    for (const { lines, order } of this.#pending.values()) {
      lines.length = 0;
      this.#post(order);
    }
  }

  #hear(news: News): void {
    const pending = this.#pending.get(news.id);
    if (pending === undefined) return;
    if (news.type === "progress") {
      for (const line of news.lines ?? []) pending.lines.push(line);
      return pending.progress(news.part);
    }
    this.#pending.delete(news.id);
    if (news.type === "made") pending.resolve(news.made);
    else pending.reject(new Error(news.why));
  }

  #begun(): Worker | undefined {
    if (this.#worker !== undefined) return this.#worker;
    const script = OWN_SCRIPT;
    if (script === undefined) return undefined;
    const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    try {
      const worker = new Worker(url);
      worker.addEventListener("message", ({ data }) => this.#hear(data as News));
      worker.addEventListener("error", (event) => {
        // It could not even be begun, or died: from here on the page does it.
        event.preventDefault();
        this.#workers = false;
        this.#worker = undefined;
        this.#again();
      });
      this.#worker = worker;
    } catch {
      this.#workers = false;
    }
    return this.#worker;
  }
}

/** Known only while the script is first run. */
const OWN_SCRIPT =
  typeof document === "undefined" ? undefined : (document.currentScript?.textContent ?? undefined);
