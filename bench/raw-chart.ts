/**
 * A chart that remembers nothing: xstate's public `transition()` at every step. What the remembered steps are measured
 * against, and nothing else.
 */
import { initialTransition, transition, type AnyMachineSnapshot, type AnyStateMachine } from "xstate";
import {
  chartEffects,
  factsOf,
  type StateFacts,
  type Step,
  type CompiledChart,
} from "../models/compile-chart.ts";

export function createRawStepper(machine: AnyStateMachine): CompiledChart {
  const snapshots: AnyMachineSnapshot[] = [];
  const facts: (StateFacts | undefined)[] = [];

  const keep = ([snapshot, actions]: readonly [
    AnyMachineSnapshot,
    readonly { readonly type: string }[],
  ]): Step => {
    snapshots.push(snapshot);
    return { next: snapshots.length - 1, effects: chartEffects(actions) };
  };
  const at = (state: number): AnyMachineSnapshot => {
    const snapshot = snapshots[state];
    if (snapshot === undefined) throw new RangeError(`no chart state ${state}`);
    return snapshot;
  };

  const start = keep(initialTransition(machine) as never);
  return {
    start,
    step(state, type, elapsedMs = 0) {
      const snapshot = at(state);
      if (snapshot.status === "done") return { next: state, effects: [] };
      return keep(transition(machine, snapshot, { type, elapsedMs }) as never);
    },
    facts: (state) => (facts[state] ??= factsOf(at(state))),
    encode: () => unsupported(),
    decode: () => unsupported(),
    met: () => [],
    size: () => ({ states: snapshots.length, pairs: 0 }),
    pairs: () => [],
  };
}

function unsupported(): never {
  throw new Error("a raw chart is for measuring only");
}
