/** The runs of a visit: which of them is shown, and which is drawn beside it. */
import type { Markup } from "../markup.ts";
import type { Picture } from "../picture.ts";
import type { StartingSight } from "./address.ts";
import { RunBook } from "./run-book.ts";
import type { SandboxOptions } from "./sandbox-options.ts";
import type { Watching } from "./simulator.ts";
import { addedFaults, branches, forkOf, leavesAt, type ForkTree } from "./tree.ts";
import { besideIt, drawTree, runName, type TreeHooks } from "./tree-view.ts";

export class ShownRuns {
  readonly book: RunBook;
  run: number;
  beside: number | undefined;

  constructor({ beside, run, tree }: StartingSight, { given, simulator }: SandboxOptions) {
    this.book = new RunBook(tree, simulator, given);
    this.run = run;
    this.beside = beside;
  }

  get tree(): ForkTree {
    return this.book.tree;
  }

  /** The run that the one shown was forked from; undefined: it is the first. */
  get parent(): number | undefined {
    return forkOf(this.tree, this.run)?.parent;
  }

  get name(): string {
    return runName(this.tree, this.run);
  }

  /** When it leaves its parent, true ms. */
  get sinceMs(): number | undefined {
    return leavesAt(this.tree, this.run);
  }

  /** How many faults were added on the way to it. */
  get faults(): number {
    return addedFaults(this.tree, this.run).length;
  }

  async picture(watching: Watching): Promise<Picture> {
    return await this.book.picture(this.run, watching);
  }

  /** The run beside it, drawn up and in words; undefined: there is none. */
  async besideIt(picture: Picture, watching: Watching): Promise<ReturnType<typeof besideIt>> {
    const run = this.beside;
    if (run === undefined) return undefined;
    const other = { run, picture: await this.book.picture(run, watching) };
    return besideIt(this.tree, { run: this.run, picture }, other);
  }

  draw(hooks: TreeHooks): Markup {
    const { beside, run } = this;
    return drawTree(this.tree, { run, beside, pictureOf: (k) => this.book.known(k) }, hooks);
  }

  /** Runs that came with a link are simulated once there is time, to say what came of them; `read`: told after each. */
  async readRest(busy: () => boolean, read: () => void): Promise<void> {
    for (const { run } of branches(this.tree)) {
      if (busy()) return;
      if (this.book.known(run) !== undefined) continue;
      try {
        await this.book.picture(run);
      } catch {
        return;
      }
      read();
    }
  }
}
