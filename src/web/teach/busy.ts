/** Says that something is simulated, how far it is, and lets it be stopped; what is quick says nothing. */
import type { Watching } from "./simulator.ts";

/** Nobody needs to be told of less. */
const QUICK_MS = 250;

export class Busy {
  readonly element = document.createElement("div");
  #stop: AbortController | undefined;

  constructor() {
    this.element.className = "busy";
    this.element.setAttribute("role", "status");
    this.element.hidden = true;
    this.element.addEventListener("click", ({ target }) => {
      if (target instanceof Element && target.closest("button") !== null) this.#stop?.abort();
    });
  }

  /** Something is being done. */
  get on(): boolean {
    return this.#stop !== undefined;
  }

  /** Undefined: it was canceled. */
  async during<Made>(what: string, act: (watching: Watching) => Promise<Made>): Promise<Made | undefined> {
    this.#stop?.abort();
    const stop = new AbortController();
    this.#stop = stop;
    const shown = setTimeout(() => this.#show(what), QUICK_MS);
    try {
      return await act({ signal: stop.signal, progress: (part) => this.#advance(part) });
    } catch (error) {
      if (stop.signal.aborted) return undefined;
      throw error;
    } finally {
      clearTimeout(shown);
      if (this.#stop === stop) {
        this.#stop = undefined;
        this.element.hidden = true;
      }
    }
  }

  /** Whatever is being done is not wanted any more. */
  cancel(): void {
    this.#stop?.abort();
  }

  #show(what: string): void {
    this.element.innerHTML = `<span>${what} …</span> <progress max="1" aria-label="${what}"></progress> <button type="button" class="small">Cancel</button>`;
    this.element.hidden = false;
  }

  #advance(part: number): void {
    const bar = this.element.querySelector("progress");
    // All events are there; drawing them up takes as long again, and is not counted.
    if (bar !== null) bar.value = part;
  }
}
