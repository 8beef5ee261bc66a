/** An election chart as what it can say: from each of its states, the next states and what is announced on the way. */
import { compileChart } from "../../models/compile-chart.ts";
import type { StateId } from "../../models/compiled-chart.ts";
import type { ElectionSettings, Milestone } from "../../models/election-vocabulary.ts";
import { timingFor } from "../../models/timing.ts";
import type { Variant } from "../../models/variant.ts";

/** A step that something may bring about: an event, a timer, an answer. */
export interface ChartMove {
  readonly next: StateId;
  readonly announces: readonly Milestone[];
}

/** Works out moves as they are asked for. */
export class ChartSpace {
  readonly start: ChartMove;
  readonly #chart: ReturnType<typeof compileChart>;
  readonly #events: readonly string[];
  readonly #moves = new Map<StateId, readonly ChartMove[]>();

  /** Which events come when is nobody's matter here, so no time is of importance. */
  constructor(variant: Variant, settings: ElectionSettings) {
    const machine = variant.createChart(timingFor(ANY_TTL_SECONDS), settings);
    this.#chart = compileChart(machine);
    this.#events = machine.events.filter((event: string) => !event.includes("*"));
    this.start = moveOf(this.#chart.start);
  }

  /** Those that change or say something, each once. */
  movesFrom(state: StateId): readonly ChartMove[] {
    const known = this.#moves.get(state);
    if (known !== undefined) return known;
    const found = new Map<string, ChartMove>();
    for (const event of this.#events) {
      const move = moveOf(this.#chart.step(state, event));
      if (move.next === state && move.announces.length === 0) continue;
      found.set(`${move.next} ${move.announces.join()}`, move);
    }
    const moves = [...found.values()];
    this.#moves.set(state, moves);
    return moves;
  }

  /** Every state that can be reached from the start. */
  states(): readonly StateId[] {
    const seen = new Set([this.start.next]);
    for (const state of seen) for (const { next } of this.movesFrom(state)) seen.add(next);
    return [...seen];
  }
}

const ANY_TTL_SECONDS = 60;

function moveOf({ effects, next }: ReturnType<ReturnType<typeof compileChart>["step"]>): ChartMove {
  return { next, announces: effects.flatMap((one) => (one.type === "announce" ? [one.milestone] : [])) };
}
