/**
 * A chart as a table: each (state, event) pair runs xstate's own `transition` once, when its state is first asked for, and is a
 * look-up from then on: a page that has a worker simulate never asks. `test/models/charts.test.ts` recomputes both tables.
 */
import { transition, type AnyMachineSnapshot, type AnyStateMachine } from "xstate";

/** What a chart does on one event: the state it is in afterwards, and the names of its actions in order. */
export interface TableRow<State extends string, Action extends string> {
  readonly next: State;
  readonly actions: readonly Action[];
}

export type Table<State extends string, Event extends string, Action extends string> = {
  readonly [S in State]: { readonly [E in Event]: TableRow<State, Action> };
};

/** States are named by their innermost name alone, which must be unique in the chart. The chart has no context. */
export function tabulate<State extends string, Event extends string, Action extends string>(
  machine: AnyStateMachine,
  values: Readonly<Record<State, unknown>>,
  events: readonly Event[],
): Table<State, Event, Action> {
  const table = {} as Table<State, Event, Action>;
  for (const state of Object.keys(values) as State[]) {
    let row: Table<State, Event, Action>[State] | undefined;
    const rowOf = (): Table<State, Event, Action>[State] => {
      const steps = events.map((event) => [event, step(machine, values[state], event)]);
      return Object.freeze(Object.fromEntries(steps)) as Table<State, Event, Action>[State];
    };
    Object.defineProperty(table, state, { enumerable: true, get: () => (row ??= rowOf()) });
  }
  return Object.freeze(table);
}

/** One step by xstate itself. */
export function step(machine: AnyStateMachine, value: unknown, event: string): TableRow<string, string> {
  const before = machine.resolveState({ value: value as never, context: {} }) as AnyMachineSnapshot;
  // A finished chart would still react; what is over stays as it is.
  if (before.status === "done") return Object.freeze({ next: leaf(value), actions: Object.freeze([]) });
  const [after, actions] = transition(machine, before, { type: event });
  const names = actions.map((action) => action.type);
  return Object.freeze({ next: leaf(after.value), actions: Object.freeze(names) });
}

/** The innermost name of a state value such as `{ up: "serving" }`. */
export function leaf(value: unknown): string {
  return typeof value === "string" ? value : leaf(Object.values(value as object)[0]);
}
