/** The panel beside a run from which it is interfered with: whom to strike, with what, the messages on their way, and all runs. */
import { html, render } from "lit-html";
import type { Message } from "../../reading/message.ts";
import { clockText, type Markup } from "../markup.ts";
import type { Picture } from "../picture.ts";
import type { PlayerCursor } from "../player.ts";
import type { Blow } from "./aim.ts";
import { usualValues, type FaultForm, type FaultValues } from "./faults.ts";
import { allowed, drawFlying, drawForm, drawOffers, type Limit } from "./interfere.ts";

export interface ToolsHooks {
  /** `on`: the coordinator that is struck, where one is. */
  readonly inject: (form: FaultForm, on: string, values: FaultValues) => void;
  readonly strike: (message: Message, blow: Blow) => void;
  readonly aimed: (name: string) => void;
  /** The smallest adversity is sought that breaks a promise from here on. */
  readonly breaks: () => void;
}

export class Tools {
  readonly element = document.createElement("aside");
  readonly #names: readonly string[];
  readonly #limit: Limit | undefined;
  readonly #hooks: ToolsHooks;
  #target: string;
  /** Whose values are asked for. */
  #form: FaultForm | undefined;
  #here: { readonly picture: Picture; readonly cursor: PlayerCursor } | undefined;
  #told: { readonly text: string; readonly trouble: boolean } = { text: "", trouble: false };
  #runs: Markup = "";
  #more: readonly HTMLElement[] = [];

  constructor(label: string, names: readonly string[], limit: Limit | undefined, hooks: ToolsHooks) {
    this.#names = names;
    this.#limit = limit;
    this.#hooks = hooks;
    this.#target = names[0] ?? "";
    this.element.className = "tools";
    this.element.ariaLabel = `${label}: tools`;
    this.#draw();
  }

  /** The coordinator that faults strike. */
  get target(): string {
    return this.#target;
  }

  /** False: not a key that means something here. */
  press(key: string): boolean {
    const aimed = this.#names[Number(key) - 1];
    const form = allowed(this.#limit).find((one) => one.key === key);
    if (aimed !== undefined) this.aimFor(aimed);
    else if (form !== undefined) this.#inject(form);
    return aimed !== undefined || form !== undefined;
  }

  aimFor(name: string): void {
    this.#target = name;
    this.#draw();
    this.#hooks.aimed(name);
  }

  /** What speaks of the cursor. */
  follow(picture: Picture, cursor: PlayerCursor): void {
    this.#here = { picture, cursor };
    this.#draw();
  }

  closeForm(): void {
    if (this.#form === undefined) return;
    const { type } = this.#form;
    const inIt = this.element.querySelector("form.values")?.contains(document.activeElement) === true;
    this.#form = undefined;
    this.#draw();
    if (inIt) this.element.querySelector<HTMLElement>(`[data-form=${type}]`)?.focus();
  }

  drawRuns(runs: Markup): void {
    this.#runs = runs;
    this.#draw();
  }

  /** Puts one more section below the others. */
  add(section: HTMLElement): void {
    this.#more = [...this.#more, section];
    this.#draw();
  }

  /** `trouble`: it could not be done. */
  tell(text: string, trouble = false): void {
    this.#told = { text, trouble };
    this.#draw();
  }

  #draw(): void {
    const [form, here, limit] = [this.#form, this.#here, this.#limit];
    const { breaks, inject, strike } = this.#hooks;
    const targets = { names: this.#names, target: this.#target };
    const offers = drawOffers(targets, limit, {
      aim: (name) => this.aimFor(name),
      inject: (one) => this.#inject(one),
      ask: (one) => this.#ask(one),
    });
    const asked =
      form &&
      drawForm(form, this.#target, {
        submit: (values) => inject(form, this.#target, values),
        close: () => this.closeForm(),
      });
    render(
      html`<section class="interfere" aria-label="interfere">
          <h2>Interfere <small class="when">${here && `at ${clockText(here.cursor.at)}`}</small></h2>
          ${offers}
          ${limit === undefined ? html`<button type="button" class="what-breaks" data-breaks @click=${breaks}>What could break this?</button>` : ""}
          ${asked} ${here && drawFlying(here.picture, here.cursor, limit, strike)}
          <p class="told${this.#told.trouble ? " bad" : ""}" role="status" aria-live="polite">
            ${this.#told.text}
          </p>
        </section>
        <section aria-label="runs">
          <h2>Runs</h2>
          ${this.#runs}
        </section>
        ${this.#more}`,
      this.element,
    );
  }

  #inject(form: FaultForm): void {
    this.#hooks.inject(form, this.#target, usualValues(form));
  }

  #ask(form: FaultForm): void {
    // What was written into another kind's fields is not meant here.
    this.#form = undefined;
    this.#draw();
    this.#form = form;
    this.#draw();
    this.element.querySelector<HTMLElement>(".values input, .values select")?.focus();
  }
}
