/**
 * The drawing on the page, as two sheets one over the other: what stays when the cursor moves, and what follows it. A browser paints one
 * anew without the other.
 */
import { render, svg } from "lit-html";
import { PATTERNS } from "./diagram.ts";
import type { Markup } from "./markup.ts";

export class Sheets {
  readonly element = document.createElement("div");
  readonly #sheets = [sheet("svg"), sheet("svg")] as const;
  readonly #still = sheet("g");
  readonly #following = sheet("g");
  readonly #pulled = sheet("g");

  constructor() {
    const [lower, upper] = this.#sheets;
    render(svg`${PATTERNS}${this.#still}`, lower);
    render(svg`${this.#following}${this.#pulled}`, upper);
    this.element.className = "diagram";
    this.element.ariaHidden = "true";
    this.element.append(lower, upper);
  }

  /** In pixels. */
  cut(width: number, height: number): void {
    for (const one of this.#sheets) {
      one.setAttribute("width", String(width));
      one.setAttribute("height", String(height));
    }
  }

  drawStill(markup: Markup): void {
    render(markup, this.#still);
  }

  drawFollowing(markup: Markup): void {
    render(markup, this.#following);
  }

  /** What is done to it by hand just now. */
  drawPulled(markup: Markup): void {
    render(markup, this.#pulled);
  }

  /** Where it stands on the screen. */
  get place(): DOMRect {
    return this.element.getBoundingClientRect();
  }
}

/** An element of a drawing that others draw into. */
export function sheet(name: "svg" | "g"): SVGElement {
  return document.createElementNS("http://www.w3.org/2000/svg", name);
}
