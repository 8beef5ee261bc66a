/**
 * Runs to interfere with: a viewer, the panel of faults, and the tree of what was tried. Every intervention makes another run
 * beside the ones that are there. The playground is one of these, and so is every exercise that asks for a fault.
 */
import type { Message } from "../../reading/message.ts";
import type { FaultType } from "../../simulation/fault.ts";
import { keepingFocus } from "../focus.ts";
import type { PageCommand } from "../keys.ts";
import { atInstant, startOf, withinRun, type PlayerCursor } from "../player.ts";
import type { Picture } from "../picture.ts";
import { usualHabits, type Viewer, type ViewerHabits } from "../viewer.ts";
import { runVerdict } from "../words.ts";
import type { Sight } from "./address.ts";
import { aimAt, type Aim, type Blow } from "./aim.ts";
import { Busy } from "./busy.ts";
import { faultOf, formOf, type FaultValues } from "./faults.ts";
import { strikesMessages } from "./interfere.ts";
import { MessageStriker } from "./message-striker.ts";
import { RunBook } from "./run-book.ts";
import { runViewer, type RunViewer } from "./run-viewer.ts";
import type { Watching } from "./simulator.ts";
import { addedFaults, branches, forkOf, partsAt } from "./tree.ts";
import { tellBreaking } from "./tell-breaking.ts";
import { Tools } from "./tools.ts";
import { drawComparison, drawTree, runName } from "./tree-view.ts";
import type { SandboxOptions, StartingSight } from "./sandbox-options.ts";
import { whyVain } from "./vain.ts";

export class Sandbox {
  readonly element = document.createElement("div");
  readonly #options: SandboxOptions;
  readonly #book: RunBook;
  readonly #busy = new Busy();
  readonly #habits: ViewerHabits;
  readonly #tools: Tools;
  readonly #striker: MessageStriker;
  readonly #place = document.createElement("div");
  #start: PlayerCursor;
  #run: number;
  #beside: number | undefined;
  #shown: RunViewer | undefined;
  #works = Promise.resolve();
  #disposed = false;

  constructor(sight: StartingSight, options: SandboxOptions) {
    this.#options = options;
    this.#habits = options.habits ?? usualHabits();
    this.#book = new RunBook(sight.tree, options.simulator, options.given);
    this.#run = sight.run;
    this.#beside = sight.beside;
    this.#start = sight.cursor ?? { n: 0, at: 0 };
    this.element.className = "sandbox";
    const names = sight.tree.root.scenario.coordinators.map(({ name }) => name);
    this.#tools = new Tools(options.label, names, options.limit, {
      inject: (type, on, values) => this.#inject(type, on, values),
      aimed: (name) => this.#shown?.chart(name),
      breaks: () => this.#break(),
    });
    this.#striker = new MessageStriker(options.limit, {
      strike: (message, blow) => this.#strike(message, blow),
      tell: (text, trouble) => this.#tools.tell(text, trouble),
    });
    const runs = document.createElement("div");
    runs.className = "runs";
    this.#place.className = "first";
    runs.append(this.#busy.element, this.#place);
    this.element.append(runs, this.#tools.element, this.#striker.element);
    this.#listen();
    this.#drawTree();
    void this.#work(async (watching) => {
      const picture = await this.#book.picture(this.#run, watching);
      await this.#show(picture, sight.cursor ?? startOf(picture), watching);
    });
  }

  get sight(): Sight {
    return {
      tree: this.#book.tree,
      run: this.#run,
      ...(this.#beside === undefined ? {} : { beside: this.#beside }),
      cursor: this.viewer?.cursor ?? this.#start,
    };
  }

  get habits(): ViewerHabits {
    return this.#habits;
  }

  /** Puts one more section among the tools. */
  addTool(section: HTMLElement): void {
    this.#tools.element.append(section);
  }

  /** Everything that was asked for is done. */
  get settled(): Promise<void> {
    return this.#works;
  }

  /** Undefined: the run is still being simulated. */
  get viewer(): Viewer | undefined {
    return this.#shown?.viewer;
  }

  do(command: PageCommand): boolean {
    return this.viewer?.do(command) ?? false;
  }

  /** Keys that only mean something where one can interfere. False: not one of them. */
  press(key: string): boolean {
    if (this.#tools.press(key)) return true;
    if (this.#striker.press(key)) return true;
    if (key === "u") this.#choose(() => this.#parent);
    else if (key === "g") this.#compare(() => (this.#beside === undefined ? this.#parent : undefined));
    else return false;
    return true;
  }

  /** The run that the one shown was forked from. */
  get #parent(): number | undefined {
    return forkOf(this.#book.tree, this.#run)?.parent;
  }

  dispose(): void {
    this.#disposed = true;
    this.#busy.cancel();
    this.viewer?.dispose();
  }

  #listen(): void {
    this.element.addEventListener("click", ({ target }) => {
      const pressed = target instanceof Element ? target.closest<HTMLElement>("button") : null;
      if (pressed === null) return;
      const { blow, compare, message, run } = pressed.dataset;
      if (blow !== undefined) this.#strike(this.viewer?.picture.messages[Number(message)], blow as Blow);
      else if (run !== undefined) this.#choose(() => Number(run));
      else if (compare !== undefined)
        this.#compare(() => (this.#beside === Number(compare) ? undefined : Number(compare)));
    });
  }

  /** One after another, each with what the one before left; what is shown stays until the next is there. */
  #work(act: (watching: Watching) => Promise<void> | void): Promise<void> {
    this.#works = this.#works.then(async () => {
      if (this.#disposed) return;
      try {
        const made = await this.#busy.during("Simulating", async (watching) => (await act(watching), true));
        if (made === undefined && !this.#disposed) this.#tools.tell("Canceled.");
      } catch (error) {
        this.#tools.tell(error instanceof Error ? error.message : String(error), true);
      }
    });
    return this.#works;
  }

  async #show(picture: Picture, cursor: PlayerCursor, watching: Watching): Promise<void> {
    const { changed, label, limit, wide = false } = this.#options;
    const tree = this.#book.tree;
    const beside = this.#beside === this.#run ? undefined : this.#beside;
    const other = beside === undefined ? undefined : await this.#book.picture(beside, watching);
    if (this.#disposed) return;
    const partsIn = beside === undefined ? undefined : partsAt(tree, this.#run, beside);
    const since = forkOf(tree, this.#run)?.fault.atMs;
    this.viewer?.dispose();
    const shown = runViewer(
      picture,
      {
        label: `${label}, ${runName(tree, this.#run)}`,
        start: withinRun(picture, cursor),
        habits: this.#habits,
        ...(since === undefined ? {} : { sinceMs: since }),
        ...(other === undefined || beside === undefined || partsIn === undefined
          ? {}
          : { ghost: { picture: other, name: `run ${beside + 1}`, partsAt: partsIn } }),
        moved: () => {
          this.#striker.choose(undefined);
          changed(this.sight);
        },
        follows: (at) => this.#tools.follow(picture, at),
        chosen: (name) => {
          if (picture.run.processes.includes(name)) this.#tools.aimFor(name);
        },
        ...(strikesMessages(limit) ? { picked: (message) => this.#striker.pick(message) } : {}),
      },
      wide,
    );
    this.#shown = shown;
    this.#striker.watch(shown.viewer);
    keepingFocus(this.element, () => this.#place.replaceChildren(shown.viewer.element));
    shown.chart(this.#tools.target);
    if (other !== undefined && beside !== undefined)
      shown.viewer.saysBelow(
        drawComparison(tree, { run: this.#run, picture }, { run: beside, picture: other }),
      );
    this.#drawTree();
    changed(this.sight);
    void this.#readRest();
  }

  /** Runs that came with a link are simulated once there is time, to say what came of them. */
  async #readRest(): Promise<void> {
    for (const { run } of branches(this.#book.tree)) {
      if (this.#disposed || this.#busy.on) return;
      if (this.#book.known(run) !== undefined) continue;
      try {
        await this.#book.picture(run);
      } catch {
        return;
      }
      this.#drawTree();
    }
  }

  #drawTree(): void {
    const known = (k: number): Picture | undefined => this.#book.known(k);
    this.#tools.drawRuns(drawTree(this.#book.tree, this.#run, this.#beside, known));
  }

  #inject(type: FaultType, on: string, values: FaultValues): void {
    void this.#work(async (watching) => {
      const { viewer } = this;
      const fault = faultOf(formOf(type), on, values);
      if (typeof fault === "string") return this.#tools.tell(fault, true);
      if (viewer === undefined) return;
      const vain = whyVain(viewer.picture, viewer.cursor, fault);
      if (vain !== undefined) return this.#tools.tell(`Nothing to do: ${vain}.`, true);
      const { at, n } = viewer.cursor;
      await this.#fork(watching, { n, at, fault });
    });
  }

  #strike(message: Message | undefined, blow: Blow): void {
    if (message === undefined) return;
    void this.#work(async (watching) => {
      // Meanwhile another run may stand here.
      if (this.viewer?.picture.messages.includes(message) !== true) return;
      const aim = aimAt(this.viewer.picture, message, blow);
      if (typeof aim === "string") return this.#tools.tell(`Not possible: ${aim}.`, true);
      await this.#fork(watching, aim, message.at);
    });
  }

  /** `seenAt`: where the effect is seen, if not where the fault strikes. */
  async #fork(watching: Watching, { at, fault, n }: Aim, seenAt?: number): Promise<void> {
    const most = this.#options.limit?.most ?? Number.POSITIVE_INFINITY;
    if (addedFaults(this.#book.tree, this.#run).length >= most) {
      const allowed = most === 1 ? "one fault" : `${most} faults`;
      return this.#tools.tell(
        `This exercise allows ${allowed} in a run. Go back to run 1 to try another.`,
        true,
      );
    }
    const forked = await this.#book.fork(this.#run, n, at, fault, watching);
    if (forked.type === "refused") return this.#tools.tell(`No fork: ${forked.why}.`, true);
    const { picture, point, run } = forked;
    this.#run = run;
    this.#tools.closeForm();
    await this.#show(picture, atInstant(picture, seenAt ?? point.atMs), watching);
    this.#tellRun(run, picture);
  }

  /** Seeks what breaks a promise from here on, and plays it. */
  #break(): void {
    void this.#work(async (watching) => {
      const { at } = this.sight.cursor;
      const header = await this.#book.header(this.#run);
      const found = await this.#options.simulator.ask("breaks", { header, at }, watching);
      if (found.type === "none") return this.#tools.tell(tellBreaking(found, at));
      for (const fault of found.faults) await this.#fork(watching, { n: 0, at: fault.atMs, fault });
      const [first] = found.faults;
      const { viewer } = this;
      if (first === undefined || viewer === undefined) return;
      this.#tools.tell(tellBreaking(found, at));
      viewer.go(atInstant(viewer.picture, first.atMs));
      viewer.do("play");
    });
  }

  /** `which`: asked when it is its turn; undefined: none. */
  #choose(which: () => number | undefined): void {
    void this.#work(async (watching) => {
      const run = which();
      if (run === undefined) return;
      const { at } = this.sight.cursor;
      const picture = await this.#book.picture(run, watching);
      this.#run = run;
      await this.#show(picture, atInstant(picture, at), watching);
      this.#tellRun(run, picture);
    });
  }

  #compare(which: () => number | undefined): void {
    void this.#work(async (watching) => {
      const beside = which();
      const picture = await this.#book.picture(this.#run, watching);
      if (beside !== undefined) await this.#book.picture(beside, watching);
      this.#beside = beside;
      await this.#show(picture, this.sight.cursor, watching);
    });
  }

  #tellRun(run: number, picture: Picture): void {
    const { tree } = this.#book;
    this.#tools.tell(`${runName(tree, run)}: ${runVerdict(picture, forkOf(tree, run)?.fault.atMs).text}.`);
  }
}
