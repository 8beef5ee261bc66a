/**
 * Runs to interfere with: a viewer, the panel of faults, and the tree of what was tried. Every intervention makes another run
 * beside the ones that are there. The playground is one of these, and so is every exercise that asks for a fault.
 */
import type { Message } from "../../reading/message.ts";
import type { FaultType } from "../../simulation/fault.ts";
import type { TraceLine } from "../../trace/format.ts";
import type { PageCommand } from "../keys.ts";
import { clockText } from "../markup.ts";
import { atInstant, firstWrong, onTurn, type PlayerCursor } from "../player.ts";
import type { Picture } from "../picture.ts";
import { redraw } from "../redraw.ts";
import { runVerdict } from "../words.ts";
import type { Sight } from "./address.ts";
import { aimAt, type Blow } from "./aim.ts";
import { faultOf, formOf, usualValues } from "./faults.ts";
import { allowed, drawFlying, drawForm, drawInterfere, strikesMessages, type Limit } from "./interfere.ts";
import { MessageStriker } from "./message-striker.ts";
import { RunBook } from "./run-book.ts";
import { addedFaults, forkOf } from "./tree.ts";
import { drawComparison, drawTree, runName } from "./tree-view.ts";
import { Viewer } from "./viewer.ts";

export interface SandboxOptions {
  readonly label: string;
  readonly limit?: Limit;
  /** The lines of the root's run, if it was recorded elsewhere. */
  readonly given?: readonly TraceLine[];
  /** Whether promises and statechart are open. */
  readonly wide?: boolean;
  readonly changed: (sight: Sight) => void;
}

/** Where a run is opened: where it first goes wrong, or at the first one who serves. */
export function opening(picture: Picture): PlayerCursor {
  const first = picture.turns.find(({ serving }) => serving === "begins");
  return firstWrong(picture) ?? (first === undefined ? { n: 0, at: 0 } : onTurn(picture, first));
}

export class Sandbox {
  readonly element = document.createElement("div");
  readonly #options: SandboxOptions;
  readonly #book: RunBook;
  #run: number;
  #beside: number | undefined;
  #viewer: Viewer;
  #second: Viewer | undefined;
  #target: string;
  readonly #striker: MessageStriker;

  constructor(sight: Sight, options: SandboxOptions) {
    this.#options = options;
    this.#book = new RunBook(sight.tree, options.given);
    this.#run = sight.run;
    this.#beside = sight.beside;
    this.#target = sight.tree.root.scenario.coordinators[0]?.name ?? "";
    this.element.className = "sandbox";
    this.element.innerHTML = `<div class="runs"><div class="first"></div><div class="compared"></div></div>
<aside class="tools" aria-label="${options.label}: tools"><section class="interfere" aria-label="interfere"><h2>Interfere <small class="when"></small></h2><div class="offers"></div><div class="form-here"></div><div class="flying-here"></div><p class="told" role="status" aria-live="polite"></p></section>
<section aria-label="runs"><h2>Runs</h2><div class="tree-here"></div></section></aside>`;
    this.#striker = new MessageStriker(options.limit, {
      strike: (message, blow) => this.#strike(message, blow),
      tell: (text, trouble) => this.#tell(text, trouble),
    });
    this.element.append(this.#striker.element);
    this.#listen();
    this.#viewer = this.#show(sight.cursor);
  }

  get sight(): Sight {
    return {
      tree: this.#book.tree,
      run: this.#run,
      ...(this.#beside === undefined ? {} : { beside: this.#beside }),
      cursor: this.#viewer.cursor,
    };
  }

  /** Puts one more section among the tools. */
  addTool(section: HTMLElement): void {
    this.#part("tools").append(section);
  }

  get viewer(): Viewer {
    return this.#viewer;
  }

  do(command: PageCommand): boolean {
    return this.#viewer.do(command);
  }

  /** Keys that only mean something where one can interfere. False: not one of them. */
  press(key: string): boolean {
    const names = this.#viewer.picture.run.processes;
    const place = Number(key);
    if (Number.isInteger(place) && place >= 1 && place <= names.length) {
      this.#aimFor(names[place - 1] as string);
      return true;
    }
    const form = allowed(this.#options.limit).find((one) => one.key === key);
    if (form !== undefined) {
      this.#inject(form.type);
      return true;
    }
    if (this.#striker.press(key)) return true;
    if (key === "u") {
      const parent = forkOf(this.#book.tree, this.#run)?.parent;
      if (parent !== undefined) this.#choose(parent);
      return true;
    }
    if (key === "g") {
      const other = forkOf(this.#book.tree, this.#run)?.parent;
      this.#compare(this.#beside === undefined ? other : undefined);
      return true;
    }
    return false;
  }

  dispose(): void {
    this.#viewer.dispose();
    this.#second?.dispose();
  }

  #part<Kind extends Element = HTMLElement>(name: string): Kind {
    const found = this.element.querySelector<Kind>(`.${name}`);
    if (found === null) throw new Error(`the sandbox has no .${name}`);
    return found;
  }

  #listen(): void {
    this.element.addEventListener("click", ({ target }) => {
      const pressed = target instanceof Element ? target.closest<HTMLElement>("button") : null;
      if (pressed === null) return;
      const { blow, compare, form, inject, message, run } = pressed.dataset;
      if (inject !== undefined) this.#inject(inject as FaultType);
      else if (form !== undefined) this.#openForm(form as FaultType);
      else if (pressed.dataset["closeForm"] !== undefined) redraw(this.#part("form-here"), "");
      else if (blow !== undefined) this.#strike(this.#viewer.picture.messages[Number(message)], blow as Blow);
      else if (run !== undefined) this.#choose(Number(run));
      else if (compare !== undefined)
        this.#compare(this.#beside === Number(compare) ? undefined : Number(compare));
    });
    this.element.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement && target.name === "target") this.#aimFor(target.value);
    });
    this.element.addEventListener("submit", (event) => {
      if (!(event.target instanceof HTMLFormElement) || event.target.dataset["type"] === undefined) return;
      event.preventDefault();
      const given = [...new FormData(event.target)].map(([name, value]) => [name, String(value)] as const);
      const before = this.#run;
      this.#inject(event.target.dataset["type"] as FaultType, Object.fromEntries(given));
      if (this.#run !== before) redraw(this.#part("form-here"), "");
    });
  }

  #show(cursor: PlayerCursor): Viewer {
    const { changed, label, limit, wide = false } = this.#options;
    const picture = this.#book.picture(this.#run);
    const viewer = new Viewer(picture, {
      label: `${label}, ${runName(this.#book.tree, this.#run)}`,
      start: {
        n: Math.min(cursor.n, picture.run.events.length),
        at: Math.min(cursor.at, picture.run.untilMs),
      },
      wide,
      moved: (moved, pace) => {
        this.#second?.go(atInstant(this.#second.picture, moved.at), pace);
        this.#striker.choose(undefined);
        changed(this.sight);
      },
      follows: (at) => this.#follow(picture, at),
      chosen: (name) => {
        if (picture.run.processes.includes(name)) this.#aimFor(name);
      },
      ...(strikesMessages(limit) ? { picked: (message) => this.#striker.pick(message) } : {}),
    });
    this.#viewer = viewer;
    this.#striker.watch(viewer);
    this.#part("first").replaceChildren(viewer.element);
    viewer.chart(this.#target);
    this.#drawOffers();
    this.#drawTree();
    this.#drawBeside();
    return viewer;
  }

  /** What speaks of the cursor. */
  #follow(picture: Picture, cursor: PlayerCursor): void {
    this.#part("when").textContent = `at ${clockText(cursor.at)}`;
    redraw(this.#part("flying-here"), drawFlying(picture, cursor, this.#options.limit));
  }

  #drawOffers(): void {
    const names = this.#book.tree.root.scenario.coordinators.map(({ name }) => name);
    redraw(this.#part("offers"), drawInterfere(names, this.#target, this.#options.limit));
  }

  #drawTree(): void {
    const picture = (k: number): Picture => this.#book.picture(k);
    redraw(this.#part("tree-here"), drawTree(this.#book.tree, this.#run, this.#beside, picture));
  }

  #drawBeside(): void {
    const box = this.#part("compared");
    this.#second?.dispose();
    this.#second = undefined;
    const beside = this.#beside;
    if (beside === undefined || beside === this.#run) return box.replaceChildren();
    const picture = this.#book.picture(beside);
    const name = runName(this.#book.tree, beside);
    this.#second = new Viewer(picture, { label: name, start: atInstant(picture, this.#viewer.cursor.at) });
    const heading = document.createElement("h2");
    heading.textContent = `beside it, ${name}`;
    const words = document.createElement("div");
    words.innerHTML = drawComparison(this.#book.tree, this.#run, beside, (k) => this.#book.picture(k));
    box.replaceChildren(words, heading, this.#second.element);
  }

  #aimFor(name: string): void {
    this.#target = name;
    this.#drawOffers();
    // Marked anew even where the markup is the same, since a press of another radio button changed it.
    for (const radio of this.element.querySelectorAll<HTMLInputElement>("input[name=target]"))
      radio.checked = radio.value === name;
    const form = this.element.querySelector<HTMLFormElement>("form.values");
    if (form !== null) this.#openForm(form.dataset["type"] as FaultType);
    this.#viewer.chart(name);
  }

  #openForm(type: FaultType): void {
    const box = this.#part("form-here");
    redraw(box, drawForm(formOf(type), this.#target));
    box.querySelector<HTMLElement>("input, select")?.focus();
  }

  #inject(type: FaultType, values = usualValues(formOf(type))): void {
    const fault = faultOf(formOf(type), this.#target, values);
    if (typeof fault === "string") return this.#tell(fault, true);
    const { at, n } = this.#viewer.cursor;
    this.#fork(n, at, fault);
  }

  #strike(message: Message | undefined, blow: Blow): void {
    if (message === undefined) return;
    const aim = aimAt(this.#viewer.picture, message, blow);
    if (typeof aim === "string") return this.#tell(`Not possible: ${aim}.`, true);
    this.#fork(aim.n, aim.at, aim.fault, message.at);
  }

  /** `seenAt`: where the effect is seen, if not where the fault strikes. */
  #fork(n: number, at: number, fault: Parameters<RunBook["fork"]>[3], seenAt?: number): void {
    const most = this.#options.limit?.most ?? Number.POSITIVE_INFINITY;
    if (addedFaults(this.#book.tree, this.#run).length >= most) {
      const again = "Go back to run 1 to try another.";
      return this.#tell(
        `This exercise allows ${most === 1 ? "one fault" : `${most} faults`} in a run. ${again}`,
        true,
      );
    }
    const forked = this.#book.fork(this.#run, n, at, fault);
    if (forked.type === "refused") return this.#tell(`No fork: ${forked.why}.`, true);
    this.#run = forked.run;
    if (this.#beside === this.#run) this.#beside = undefined;
    const picture = this.#book.picture(this.#run);
    this.#show(atInstant(picture, seenAt ?? forked.point.atMs));
    this.#tell(`${runName(this.#book.tree, this.#run)}: ${runVerdict(picture, forked.point.atMs).text}.`);
    this.#options.changed(this.sight);
  }

  #choose(run: number): void {
    const { at } = this.#viewer.cursor;
    this.#viewer.dispose();
    this.#run = run;
    if (this.#beside === run) this.#beside = undefined;
    this.#show(atInstant(this.#book.picture(run), at));
    this.#tell(
      `${runName(this.#book.tree, run)}: ${runVerdict(this.#book.picture(run), forkOf(this.#book.tree, run)?.fault.atMs).text}.`,
    );
    this.#options.changed(this.sight);
  }

  #compare(run: number | undefined): void {
    this.#beside = run;
    this.#drawTree();
    this.#drawBeside();
    this.#options.changed(this.sight);
  }

  #tell(text: string, trouble = false): void {
    const told = this.#part("told");
    told.classList.toggle("bad", trouble);
    told.textContent = text;
  }
}
