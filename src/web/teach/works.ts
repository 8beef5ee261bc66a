/** Work that is done one after another, each with what the one before left; whoever waits sees how far it is and may stop it. */
import { Busy } from "./busy.ts";
import type { Watching } from "./simulator.ts";

export class Works {
  readonly #what: string;
  readonly #busy = new Busy();
  #last = Promise.resolve();
  #disposed = false;

  /** `what`: is being done, in a word. */
  constructor(what: string) {
    this.#what = what;
  }

  /** To be put on the page. */
  get element(): HTMLElement {
    return this.#busy.element;
  }

  /** Something is being done. */
  get busy(): boolean {
    return this.#busy.on;
  }

  /** Everything that was asked for up to now is done. */
  get settled(): Promise<void> {
    return this.#last;
  }

  /** `complain`: told why it was not done. */
  next(act: (watching: Watching) => Promise<void> | void, complain: (text: string) => void): Promise<void> {
    this.#last = this.#last.then(async () => {
      if (this.#disposed) return;
      try {
        const made = await this.#busy.during(this.#what, async (watching) => {
          await act(watching);
          return true;
        });
        if (made === undefined && !this.#disposed) complain("Canceled.");
      } catch (error) {
        complain(error instanceof Error ? error.message : String(error));
      }
    });
    return this.#last;
  }

  /** What is being done is not wanted any more, nor what was asked for after it. */
  dispose(): void {
    this.#disposed = true;
    this.#busy.cancel();
  }
}
