/** How a game stands: graded by the promises that broke; once one did, with how few faults the checker needs. */
import { html, render } from "lit-html";
import { sentence } from "../../teach/words.ts";
import type { Picture } from "../picture.ts";
import type { Simulator } from "./simulator.ts";
import { rootHeader, type Root } from "./tree.ts";

/** The checker begins where somebody serves. */
const SERVED_MS = 80;

export class GameScore {
  readonly element = document.createElement("section");
  readonly #simulator: Simulator;
  readonly #root: Root;
  #best = Number.POSITIVE_INFINITY;
  #checker = "";
  #said = "Not broken yet";

  constructor(root: Root, simulator: Simulator) {
    this.#root = root;
    this.#simulator = simulator;
    this.element.role = "status";
    this.element.ariaLabel = "score";
    this.#draw();
  }

  /** A run is shown, with so many faults of the player's own. */
  follow({ breaches }: Picture, faults: number): void {
    const [first] = breaches;
    if (first === undefined)
      this.#said = Number.isFinite(this.#best) ? "This run is not broken" : "Not broken yet";
    else {
      this.#best = Math.min(this.#best, faults);
      this.#said = `✕ Broken with ${counted(faults)}: ${first.property} violated`;
      if (this.#checker === "") void this.#askChecker();
    }
    this.#draw();
  }

  async #askChecker(): Promise<void> {
    this.#checker = "The checker tries it, too …";
    const found = await this.#simulator.ask("breaks", { header: rootHeader(this.#root), at: SERVED_MS });
    const least = found.type === "found" ? found.faults.length : undefined;
    this.#checker = `The checker found ${least === undefined ? "nothing" : counted(least)} in ${found.runs} runs.`;
    this.#draw();
  }

  #draw(): void {
    const best = Number.isFinite(this.#best) ? `Your best: ${counted(this.#best)}. ${this.#checker}` : "";
    render(html`<p><b>${sentence(this.#said)}.</b> ${best}</p>`, this.element);
  }
}

function counted(faults: number): string {
  return faults === 1 ? "one fault" : `${faults} faults`;
}
