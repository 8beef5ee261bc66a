/** The panel beside a run from which it is interfered with: whom to strike, with what, the messages on their way, and all runs. */
import type { FaultType } from "../../simulation/fault.ts";
import { clockText } from "../markup.ts";
import type { Picture } from "../picture.ts";
import type { PlayerCursor } from "../player.ts";
import { redraw } from "../redraw.ts";
import { formOf, usualValues, type FaultValues } from "./faults.ts";
import { allowed, drawFlying, drawForm, drawInterfere, type Limit } from "./interfere.ts";

export interface ToolsHooks {
  /** `on`: the coordinator that is struck, where one is. */
  readonly inject: (type: FaultType, on: string, values: FaultValues) => void;
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
  /** Whether all faults are unfolded. */
  #more = false;

  constructor(label: string, names: readonly string[], limit: Limit | undefined, hooks: ToolsHooks) {
    this.#names = names;
    this.#limit = limit;
    this.#hooks = hooks;
    this.#target = names[0] ?? "";
    this.element.className = "tools";
    this.element.setAttribute("aria-label", `${label}: tools`);
    this.element.innerHTML = `<section class="interfere" aria-label="interfere"><h2>Interfere <small class="when"></small></h2><div class="offers"></div>${limit === undefined ? '<button type="button" class="what-breaks" data-breaks>What could break this?</button>' : ""}<div class="form-here"></div><div class="flying-here"></div><p class="told" role="status" aria-live="polite"></p></section>
<section aria-label="runs"><h2>Runs</h2><div class="tree-here"></div></section>`;
    this.#listen();
    this.#drawOffers();
  }

  /** The coordinator that faults strike. */
  get target(): string {
    return this.#target;
  }

  /** False: not a key that means something here. */
  press(key: string): boolean {
    const aimed = this.#names[Number(key) - 1];
    if (aimed !== undefined) {
      this.aimFor(aimed);
      return true;
    }
    const form = allowed(this.#limit).find((one) => one.key === key);
    if (form === undefined) return false;
    this.#hooks.inject(form.type, this.#target, usualValues(form));
    return true;
  }

  aimFor(name: string): void {
    this.#target = name;
    this.#drawOffers();
    // Marked anew even where the markup is the same, since a press of another radio button changed it.
    for (const radio of this.element.querySelectorAll<HTMLInputElement>("input[name=target]"))
      radio.checked = radio.value === name;
    const form = this.element.querySelector<HTMLFormElement>("form.values");
    if (form !== null) this.#openForm(form.dataset["type"] as FaultType);
    this.#hooks.aimed(name);
  }

  /** What speaks of the cursor. */
  follow(picture: Picture, cursor: PlayerCursor): void {
    this.#part("when").textContent = `at ${clockText(cursor.at)}`;
    redraw(this.#part("flying-here"), drawFlying(picture, cursor, this.#limit));
  }

  closeForm(): void {
    redraw(this.#part("form-here"), "");
  }

  drawRuns(markup: string): void {
    redraw(this.#part("tree-here"), markup);
  }

  /** `trouble`: it could not be done. */
  tell(text: string, trouble = false): void {
    const told = this.#part("told");
    told.classList.toggle("bad", trouble);
    told.textContent = text;
  }

  #part(name: string): HTMLElement {
    return this.element.querySelector(`.${name}`) as HTMLElement;
  }

  #listen(): void {
    this.element.addEventListener("click", ({ target }) => {
      const pressed = target instanceof Element ? target.closest<HTMLElement>("button") : null;
      const { breaks, closeForm, form, inject } = pressed?.dataset ?? {};
      if (inject !== undefined) {
        const type = inject as FaultType;
        this.#hooks.inject(type, this.#target, usualValues(formOf(type)));
      } else if (form !== undefined) this.#openForm(form as FaultType);
      else if (closeForm !== undefined) this.closeForm();
      else if (breaks !== undefined) this.#hooks.breaks();
    });
    // A toggle does not rise to those around.
    this.element.addEventListener(
      "toggle",
      ({ target }) => {
        if (target instanceof HTMLDetailsElement) this.#more = target.open;
      },
      true,
    );
    this.element.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement && target.name === "target") this.aimFor(target.value);
    });
    this.element.addEventListener("submit", (event) => {
      if (!(event.target instanceof HTMLFormElement) || event.target.dataset["type"] === undefined) return;
      event.preventDefault();
      const given = [...new FormData(event.target)].map(([name, value]) => [name, String(value)] as const);
      const type = event.target.dataset["type"] as FaultType;
      this.#hooks.inject(type, this.#target, Object.fromEntries(given));
    });
  }

  #drawOffers(): void {
    redraw(this.#part("offers"), drawInterfere(this.#names, this.#target, this.#limit, this.#more));
  }

  #openForm(type: FaultType): void {
    const box = this.#part("form-here");
    redraw(box, drawForm(formOf(type), this.#target));
    box.querySelector<HTMLElement>("input, select")?.focus();
  }
}
