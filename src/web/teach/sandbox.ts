/**
 * Runs to interfere with: a viewer, the panel of faults, and the tree of what was tried. Every intervention makes another run
 * beside the ones that are there. The playground is one of these, and so is every exercise that asks for a fault.
 */
import { html, render } from "lit-html";
import type { Message } from "../../reading/message.ts";
import type { PageCommand } from "../keys.ts";
import type { Markup } from "../markup.ts";
import { nowAt } from "../moment.ts";
import { atInstant, startOf, withinRun, type PlayerCursor } from "../player.ts";
import type { Picture } from "../picture.ts";
import type { Hands } from "../stage-parts.ts";
import { shownBy, type Viewer } from "../viewer.ts";
import { usualHabits, type ViewerHabits } from "../viewer-options.ts";
import { runVerdict } from "../words.ts";
import type { Sight, StartingSight } from "./address.ts";
import { aimAt, type Aim, type Blow } from "./aim.ts";
import { drawChoices } from "./choices.ts";
import { faultOf, type FaultForm, type FaultValues } from "./faults.ts";
import { foldedRun, type FoldedRun } from "./folded-run.ts";
import { handsFor } from "./hands.ts";
import { PlaceMenu } from "./place-menu.ts";
import { MessageStriker } from "./message-striker.ts";
import type { Watching } from "./simulator.ts";
import type { ChosenAnswer } from "./tree.ts";
import { tellBreaking } from "./tell-breaking.ts";
import { Tools } from "./tools.ts";
import type { SandboxOptions } from "./sandbox-options.ts";
import { ShownRuns } from "./shown-runs.ts";
import { Works } from "./works.ts";
import { whyVain } from "./vain.ts";

export class Sandbox {
  readonly element = document.createElement("div");
  readonly #options: SandboxOptions;
  readonly #runs: ShownRuns;
  readonly #works = new Works("Simulating");
  readonly #habits: ViewerHabits;
  readonly #tools: Tools;
  readonly #striker: MessageStriker;
  readonly #laneMenu = new PlaceMenu("lane-menu", "what befalls this coordinator");
  readonly #hands: Hands;
  #start: PlayerCursor;
  #viewer: Viewer | undefined;
  #shown: FoldedRun | undefined;
  #disposed = false;

  constructor(sight: StartingSight, options: SandboxOptions) {
    this.#options = options;
    this.#habits = options.habits ?? usualHabits();
    this.#runs = new ShownRuns(sight, options);
    this.#start = sight.cursor ?? { n: 0, at: 0 };
    this.element.className = "sandbox";
    const names = sight.tree.root.scenario.coordinators.map(({ name }) => name);
    this.#tools = new Tools(options.label, names, options.limit, {
      inject: (form, on, values) => this.#inject(form, on, values),
      strike: (message, blow) => this.#strike(message, blow),
      aimed: (name) => this.#shown?.chart(name),
      breaks: () => this.#break(),
    });
    this.#striker = new MessageStriker(options.limit, {
      strike: (message, blow) => this.#strike(message, blow),
      tell: (text, trouble) => this.#tools.tell(text, trouble),
    });
    this.#hands = handsFor(options.limit, this.#laneMenu, {
      viewer: () => this.viewer,
      aim: (name) => this.#tools.aimFor(name),
      pick: (message) => this.#striker.pick(message),
      strike: (message, blow, lateMs) => this.#strike(message, blow, lateMs),
      inject: (form, on, values) => this.#inject(form, on, values),
    });
    this.#draw();
    this.#drawTree();
    void this.#work(async (watching) => {
      const picture = await this.#runs.picture(watching);
      const cursor = sight.cursor ?? startOf(picture);
      this.#aimAtTheLiving(picture, cursor);
      await this.#show(picture, cursor, watching);
    });
  }

  /** Tools and statechart begin with whoever serves there, or else with one that is up. */
  #aimAtTheLiving(picture: Picture, cursor: PlayerCursor): void {
    const all = nowAt(picture, cursor).coordinators;
    const living =
      all.find(({ standing }) => standing === "active") ?? all.find(({ standing }) => standing !== "down");
    if (living !== undefined) this.#tools.aimFor(living.name);
  }

  get sight(): Sight {
    const { beside, run, tree } = this.#runs;
    return {
      tree,
      run,
      ...(beside === undefined ? {} : { beside }),
      cursor: this.viewer?.cursor ?? this.#start,
    };
  }

  get habits(): ViewerHabits {
    return this.#habits;
  }

  /** Puts one more section among the tools. */
  addTool(section: HTMLElement): void {
    this.#tools.add(section);
  }

  /** Everything that was asked for is done. */
  get settled(): Promise<void> {
    return this.#works.settled;
  }

  /** Undefined: the run is still being simulated. */
  get viewer(): Viewer | undefined {
    return this.#viewer;
  }

  do(command: PageCommand): boolean {
    return this.viewer?.do(command) ?? false;
  }

  /** Keys that only mean something where one can interfere. False: not one of them. */
  press(key: string): boolean {
    if (this.#tools.press(key)) return true;
    if (this.#striker.press(key)) return true;
    if (key === "u") this.#undo();
    else if (key === "g") this.#compareWithParent();
    else return false;
    return true;
  }

  #undo(): void {
    this.#choose(() => this.#runs.parent ?? this.#tellFirst("go back to"));
  }

  #compareWithParent(): void {
    this.#compare(() =>
      this.#runs.beside === undefined ? (this.#runs.parent ?? this.#tellFirst("compare with")) : undefined,
    );
  }

  #tellFirst(what: string): undefined {
    this.#tools.tell(`This is the first run: there is none to ${what}.`, true);
  }

  dispose(): void {
    this.#disposed = true;
    this.#works.dispose();
    this.viewer?.dispose();
  }

  #draw(): void {
    render(
      html`<div class="runs">
          ${this.#works.element}
          <div class="first">${this.#viewer?.element}</div>
        </div>
        ${this.#tools.element}${this.#striker.element}${this.#laneMenu.element}`,
      this.element,
    );
  }

  /** What is shown stays until the next is there. */
  #work(act: (watching: Watching) => Promise<void> | void): Promise<void> {
    return this.#works.next(act, (text) => this.#tools.tell(text, true));
  }

  async #show(picture: Picture, cursor: PlayerCursor, watching: Watching): Promise<void> {
    const { changed, label, wide = false } = this.#options;
    const beside = await this.#runs.besideIt(picture, watching);
    if (this.#disposed) return;
    this.#shown = foldedRun(
      picture,
      {
        label: `${label}, ${this.#runs.name}`,
        start: withinRun(picture, cursor),
        habits: this.#habits,
        sinceMs: this.#runs.sinceMs,
        ghost: beside?.ghost,
        below: beside?.words ?? "",
        moved: () => {
          this.#striker.choose(undefined);
          changed(this.sight);
        },
        follows: (at) => this.#tools.follow(picture, at),
        chosen: (name) => {
          if (picture.run.processes.includes(name)) this.#tools.aimFor(name);
        },
        hands: this.#hands,
      },
      wide,
      // Where faults are counted, the world is not chosen.
      this.#options.limit === undefined && this.#options.chooses !== false ? this.#choices : undefined,
    );
    const used = this.element.contains(document.activeElement);
    this.#shown.chart(this.#tools.target);
    this.#viewer = shownBy(this.#viewer, picture, this.#shown.options);
    this.#striker.watch(this.#viewer);
    this.#draw();
    this.#drawTree();
    // What was pressed last may be gone, as a message that is not on its way any more.
    if (used && !this.element.contains(document.activeElement)) this.#viewer.focus();
    changed(this.sight);
    void this.#runs.readRest(
      () => this.#disposed || this.#works.busy,
      () => this.#drawTree(),
    );
  }

  #drawTree(): void {
    const runs = this.#runs.draw({
      choose: (run) => this.#choose(() => run),
      undo: () => this.#undo(),
      compare: (run) => this.#compare(() => (this.#runs.beside === run ? undefined : run)),
    });
    this.#tools.drawRuns(runs);
  }

  #inject(form: FaultForm, on: string, values: FaultValues): void {
    void this.#work(async (watching) => {
      const { viewer } = this;
      const fault = faultOf(form, on, values);
      if (typeof fault === "string") return this.#tools.tell(fault, true);
      if (viewer === undefined) return;
      const vain = whyVain(viewer.picture, viewer.cursor, fault);
      if (vain !== undefined) return this.#tools.tell(`Nothing to do: ${vain}.`, true);
      const { at, n } = viewer.cursor;
      await this.#fork(watching, { n, at, fault });
    });
  }

  #strike(message: Message, blow: Blow, lateMs?: number): void {
    void this.#work(async (watching) => {
      // Meanwhile another run may stand here.
      if (this.viewer?.picture.messages.includes(message) !== true) return;
      const aim = aimAt(this.viewer.picture, message, blow, lateMs);
      if (typeof aim === "string") return this.#tools.tell(`Not possible: ${aim}.`, true);
      await this.#fork(watching, aim, message.at);
    });
  }

  /** `seenAt`: where the effect is seen, if not where the fault strikes. */
  async #fork(watching: Watching, { at, fault, n }: Aim, seenAt?: number): Promise<void> {
    const most = this.#options.limit?.most ?? Number.POSITIVE_INFINITY;
    if (this.#runs.faults >= most) {
      const allowed = most === 1 ? "one fault" : `${most} faults`;
      return this.#tools.tell(
        `This exercise allows ${allowed} in a run. Go back to run 1 to try another.`,
        true,
      );
    }
    const forked = await this.#runs.book.fork(this.#runs.run, n, at, fault, watching);
    if (forked.type === "refused") return this.#tools.tell(`No fork: ${forked.why}.`, true);
    const { picture, point, run } = forked;
    this.#runs.run = run;
    this.#tools.closeForm();
    await this.#show(picture, atInstant(picture, seenAt ?? point.atMs), watching);
    this.#tellRun(picture);
  }

  readonly #choices = async (n: number): Promise<Markup> => {
    const run = this.#runs.run;
    return drawChoices(await this.#runs.book.questions(run, n), (choice) => this.#chooseNext(run, choice));
  };

  /** Has the world go on as it was chosen, and plays it. */
  #chooseNext(parent: number, choice: ChosenAnswer): void {
    void this.#work(async (watching) => {
      const { picture, run } = await this.#runs.book.choose(parent, choice, watching);
      this.#runs.run = run;
      await this.#show(picture, atInstant(picture, choice.atMs), watching);
      this.#tellRun(picture);
      this.viewer?.reveal();
      this.viewer?.do("play");
    });
  }

  /** Seeks what breaks a promise from here on, and plays it. */
  #break(): void {
    void this.#work(async (watching) => {
      const { at } = this.sight.cursor;
      const header = await this.#runs.book.header(this.#runs.run);
      const found = await this.#options.simulator.ask("breaks", { header, at }, watching);
      if (found.type === "none") return this.#tools.tell(tellBreaking(found, at));
      for (const fault of found.faults) await this.#fork(watching, { n: 0, at: fault.atMs, fault });
      const [first] = found.faults;
      const { viewer } = this;
      if (first === undefined || viewer === undefined) return;
      this.#tools.tell(tellBreaking(found, at));
      viewer.go(atInstant(viewer.picture, first.atMs));
      viewer.reveal();
      viewer.do("play");
    });
  }

  /** `which`: asked when it is its turn; undefined: none. */
  #choose(which: () => number | undefined): void {
    void this.#work(async (watching) => {
      const run = which();
      if (run === undefined) return;
      const { at } = this.sight.cursor;
      const picture = await this.#runs.book.picture(run, watching);
      this.#runs.run = run;
      await this.#show(picture, atInstant(picture, at), watching);
      this.#tellRun(picture);
    });
  }

  #compare(which: () => number | undefined): void {
    void this.#work(async (watching) => {
      const beside = which();
      const picture = await this.#runs.book.picture(this.#runs.run, watching);
      if (beside !== undefined) await this.#runs.book.picture(beside, watching);
      this.#runs.beside = beside;
      await this.#show(picture, this.sight.cursor, watching);
    });
  }

  #tellRun(picture: Picture): void {
    this.#tools.tell(`${this.#runs.name}: ${runVerdict(picture, this.#runs.sinceMs).text}.`);
  }
}
