/** Says that something is simulated, how far it is, and lets it be stopped; what is quick says nothing. */
import { html, nothing, render } from "lit-html";
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
    this.#show(what);
    const shown = setTimeout(() => (this.element.hidden = false), QUICK_MS);
    try {
      return await act({ signal: stop.signal, progress: (part) => this.#show(what, part) });
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

  #show(what: string, part?: number): void {
    // All events are there when all is told of; drawing them up takes as long again, and is not counted.
    render(
      html`<span>${what} …</span> <progress max="1" aria-label=${what} value=${part ?? nothing}></progress>
        <button type="button" class="small" @click=${() => this.cancel()}>Cancel</button>`,
      this.element,
    );
  }
}
