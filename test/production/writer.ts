/** A client that creates collections all the time, wherever the active coordinator is, and remembers what was acknowledged. */
import { until, type CoordinatorProcess } from "./coordinator.ts";

export interface Acknowledged {
  readonly name: string;
  readonly token: number;
  readonly revision: number;
}

export class Writer {
  readonly acknowledged: Acknowledged[] = [];
  /** Sent, and nobody knows. */
  unanswered = 0;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;

  /** `clients`: how many write at once, each with a pause of `everyMs` between two writes. */
  constructor(coordinators: () => readonly CoordinatorProcess[], everyMs = 15, clients = 1) {
    const all = Array.from({ length: clients }, (_, at) => this.#write(coordinators, everyMs, `c${at}_`));
    this.#done = Promise.all(all).then(() => undefined);
  }

  /** Resolves when a few more writes have been acknowledged. */
  async progress(after: string, count = 4): Promise<void> {
    const enough = this.acknowledged.length + count;
    const acknowledged = () => Promise.resolve(this.acknowledged.length);
    await until(acknowledged, (now) => now >= enough, `no write was acknowledged after ${after}`);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  async #write(
    coordinators: () => readonly CoordinatorProcess[],
    everyMs: number,
    prefix: string,
  ): Promise<void> {
    let last: CoordinatorProcess | undefined;
    for (let count = 0; !this.#stopping.signal.aborted; count++) {
      const name = `${prefix}${count}`;
      const all = coordinators();
      // Whoever answered last is asked first.
      for (const one of all.toSorted((left, right) => Number(right === last) - Number(left === last))) {
        const answer = await one.ask("/collections", "POST", { name });
        if (answer === undefined || answer.code === 504) this.unanswered++;
        if (answer?.code !== 201) continue;
        const { revision, token } = answer.body as { revision: number; token: number };
        this.acknowledged.push({ name, token, revision });
        last = one;
        break;
      }
      await new Promise((resolve) => {
        setTimeout(resolve, everyMs);
      });
    }
  }
}
