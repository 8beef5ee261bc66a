/**
 * Runs a tree's runs, each once: the one place where the page meets the simulation. What it hands out is what the engine
 * did, recorded as a trace and drawn from that.
 */
import { variantNamed } from "../../../models/variants.ts";
import type { Variant } from "../../../models/variant.ts";
import { byNumber } from "../../simulation/meant-decisions.ts";
import { decided } from "../../simulation/scheduler.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import { forkHeader, forkPoint, type ForkPoint } from "../../run/fork.ts";
import { History } from "../../run/history.ts";
import type { TraceHeader, TraceLine } from "../../trace/format.ts";
import { recordRun } from "../../run/record.ts";
import type { Fault } from "../../simulation/fault.ts";
import { pictureOf, type Picture } from "../picture.ts";
import { forkOf, grown, rootHeader, type ForkTree } from "./tree.ts";

/** Records the run that `header` describes. */
export function recorded(header: TraceHeader): TraceLine[] {
  const lines: TraceLine[] = [];
  recordRun(header, {
    variant: variantOf(header),
    scheduler: decided(byNumber(header.decisions)),
    sink: (_, line) => lines.push(line),
  });
  return lines;
}

/** The picture of a scenario under a variant. */
export function pictureOfRun(scenario: Scenario, variant: string): Picture {
  return pictureOf(recorded(rootHeader({ scenario, variant, decisions: [] })));
}

function variantOf({ variant: name }: TraceHeader): Variant {
  const variant = variantNamed(name);
  if (variant === undefined) throw new RangeError(`there is no variant ${name}`);
  return variant;
}

/** A run was forked, or why it could not be. */
export type Forked =
  | { readonly type: "forked"; readonly tree: ForkTree; readonly run: number; readonly point: ForkPoint }
  | { readonly type: "refused"; readonly why: string };

export class RunBook {
  #tree: ForkTree;
  readonly #headers = new Map<number, TraceHeader>();
  readonly #histories = new Map<number, History>();
  readonly #pictures = new Map<number, Picture>();

  /** `given`: the lines of the root's run, if they were recorded elsewhere. */
  constructor(tree: ForkTree, given?: readonly TraceLine[]) {
    this.#tree = tree;
    if (given !== undefined) this.#pictures.set(0, pictureOf(given));
  }

  get tree(): ForkTree {
    return this.#tree;
  }

  picture(run: number): Picture {
    let known = this.#pictures.get(run);
    if (known === undefined) this.#pictures.set(run, (known = pictureOf(recorded(this.header(run)))));
    return known;
  }

  header(run: number): TraceHeader {
    let known = this.#headers.get(run);
    if (known === undefined) this.#headers.set(run, (known = this.#makeHeader(run)));
    return known;
  }

  /** Adds a fault to `run` from `at` on, after event `n`: nothing before it changes, and nothing is lost. */
  fork(run: number, n: number, at: number, fault: Fault): Forked {
    const { variant } = this.#tree.root;
    if (variantNamed(variant) === undefined)
      return { type: "refused", why: `this version knows no variant ${variant} and cannot run it anew` };
    const point = forkPoint(this.#history(run), n, at, fault);
    if (typeof point === "string") return { type: "refused", why: point };
    const next = grown(this.#tree, run, { ...fault, atMs: point.atMs });
    this.#tree = next.tree;
    return { type: "forked", ...next, point };
  }

  #history(run: number): History {
    let known = this.#histories.get(run);
    if (known === undefined) {
      const header = this.header(run);
      this.#histories.set(run, (known = new History(header, variantOf(header))));
    }
    return known;
  }

  #makeHeader(run: number): TraceHeader {
    const fork = forkOf(this.#tree, run);
    if (fork === undefined) return rootHeader(this.#tree.root);
    const history = this.#history(fork.parent);
    const { atMs } = fork.fault;
    return forkHeader(history, { n: history.eventAt(atMs), atMs }, fork.fault);
  }
}
