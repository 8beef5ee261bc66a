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

  constructor(coordinators: () => readonly CoordinatorProcess[], everyMs = 15) {
    this.#done = this.#write(coordinators, everyMs);
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

  async #write(coordinators: () => readonly CoordinatorProcess[], everyMs: number): Promise<void> {
    for (let count = 0; !this.#stopping.signal.aborted; count++) {
      const name = `c${count}`;
      for (const one of coordinators()) {
        const answer = await one.ask("/collections", "POST", { name });
        if (answer === undefined || answer.code === 504) this.unanswered++;
        if (answer?.code !== 201) continue;
        const { revision, token } = answer.body as { revision: number; token: number };
        this.acknowledged.push({ name, token, revision });
        break;
      }
      await new Promise((resolve) => {
        setTimeout(resolve, everyMs);
      });
    }
  }
}
