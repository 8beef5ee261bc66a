/** The runs of a tree, each simulated and drawn up once, when it is first asked for. */
import { variantNamed } from "../../../models/variants.ts";
import type { ForkPoint } from "../../run/fork.ts";
import type { OpenQuestion } from "../../run/questions.ts";
import type { Fault } from "../../simulation/fault.ts";
import type { TraceHeader, TraceLine } from "../../trace/format.ts";
import { pictureInTurns, type Picture } from "../picture.ts";
import type { Simulator, Watching } from "./simulator.ts";
import { forkOf, grown, rootHeader, type ChosenAnswer, type ForkTree, type Deviation } from "./tree.ts";

/** A run that was added. */
export interface Grown {
  readonly run: number;
  readonly picture: Picture;
}

/** A run was forked, or why it could not be. */
export type Forked =
  | (Grown & { readonly type: "forked"; readonly point: ForkPoint })
  | { readonly type: "refused"; readonly why: string };

export class RunBook {
  #tree: ForkTree;
  readonly #simulator: Simulator;
  readonly #headers = new Map<number, TraceHeader>();
  readonly #pictures = new Map<number, Picture>();
  /** The lines of the root's run, if they were recorded elsewhere. */
  readonly #given: readonly TraceLine[] | undefined;

  constructor(tree: ForkTree, simulator: Simulator, given?: readonly TraceLine[]) {
    this.#tree = tree;
    this.#simulator = simulator;
    this.#given = given;
  }

  get tree(): ForkTree {
    return this.#tree;
  }

  /** A run that was drawn up already; undefined: it was not. */
  known(run: number): Picture | undefined {
    return this.#pictures.get(run);
  }

  async picture(run: number, watching: Watching = {}): Promise<Picture> {
    const known = this.#pictures.get(run);
    if (known !== undefined) return known;
    const given = run === 0 ? this.#given : undefined;
    const lines = given ?? (await this.#simulator.record(await this.header(run), watching));
    const picture = await pictureInTurns(lines, watching.signal);
    this.#pictures.set(run, picture);
    return picture;
  }

  async header(run: number): Promise<TraceHeader> {
    const known = this.#headers.get(run);
    if (known !== undefined) return known;
    const fork = forkOf(this.#tree, run);
    const header =
      fork === undefined
        ? rootHeader(this.#tree.root)
        : await this.#simulator.ask("header", { header: await this.header(fork.parent), turn: fork });
    this.#headers.set(run, header);
    return header;
  }

  /** Adds a fault to `run` from `at` on, after event `n`: nothing before it changes, and nothing is lost. */
  async fork(run: number, n: number, at: number, fault: Fault, watching: Watching = {}): Promise<Forked> {
    const { variant } = this.#tree.root;
    if (variantNamed(variant) === undefined)
      return { type: "refused", why: `this version knows no variant ${variant} and cannot run it anew` };
    const header = await this.header(run);
    const made = await this.#simulator.ask("fork", { header, n, at, fault }, watching);
    if (typeof made === "string") return { type: "refused", why: made };
    const { point } = made;
    const turn = { fault: { ...fault, atMs: point.atMs } };
    return { type: "forked", ...(await this.#grow(run, turn, made.header, watching)), point };
  }

  /** What the world leaves open in `run` after event `n`. */
  async questions(run: number, n: number): Promise<readonly OpenQuestion[]> {
    return await this.#simulator.ask("questions", { header: await this.header(run), n });
  }

  /** Answers one of these otherwise: nothing before it changes. */
  async choose(run: number, choice: ChosenAnswer, watching: Watching = {}): Promise<Grown> {
    const turn = { choice };
    const header = await this.#simulator.ask("header", { header: await this.header(run), turn }, watching);
    return await this.#grow(run, turn, header, watching);
  }

  async #grow(parent: number, turn: Deviation, header: TraceHeader, watching: Watching): Promise<Grown> {
    const { run, tree } = grown(this.#tree, parent, turn);
    // What was canceled on its way is no run.
    const lines = await this.#simulator.record(header, watching);
    const picture = this.#pictures.get(run) ?? (await pictureInTurns(lines, watching.signal));
    this.#tree = tree;
    this.#headers.set(run, header);
    this.#pictures.set(run, picture);
    return { run, picture };
  }
}
