/**
 * The one call into xstate: a coordinator's step as data in, data out, and remembered.
 *
 * A step is pure, and the chart's states are few, so each distinct (state, event) pair runs xstate once and is a table
 * look-up afterwards, with exactly xstate's meaning; `test/models/compile-chart.test.ts` recomputes the whole table by the public
 * `transition`. Checks that would be too dear on every step are made here, once a pair.
 */
import {
  createActor,
  initialTransition,
  type AnyActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
} from "xstate";
import { DELAYS, type DelayMeaning, type ElectionContext } from "./election-vocabulary.ts";
import type { ChartEffect, Phase, StateFacts, StateId, Step, CompiledChart } from "./compiled-chart.ts";

export type * from "./compiled-chart.ts";

/** A bound on memory only: beyond it steps are computed and not remembered. */
const MOST_PAIRS = 200_000;

/** Remembers the steps of `machine`, a chart made by {@link createElectionChart} or a mutant of one. */
export function compileChart(machine: AnyStateMachine): CompiledChart {
  const snapshots: AnyMachineSnapshot[] = [];
  const facts: StateFacts[] = [];
  const ids = new Map<string, StateId>();
  // One row a state, one entry an event; elapsed times make separate rows so that keys need no concatenation.
  const rows: Map<string, Map<number, Step>>[] = [];
  const met: { state: StateId; type: string }[] = [];
  let pairCount = 0;

  function intern(snapshot: AnyMachineSnapshot): StateId {
    const text = encodeSnapshot(snapshot);
    const known = ids.get(text);
    if (known !== undefined) return known;
    // Rebuilt from plain data, so that nothing but value and context can matter later.
    const { value, context } = JSON.parse(text) as { value: never; context: ElectionContext };
    const rebuilt = machine.resolveState({ value, context });
    if (encodeSnapshot(rebuilt) !== text)
      throw new Error(`chart state does not survive being written down: ${text}`);
    const id = snapshots.length;
    ids.set(text, id);
    snapshots.push(rebuilt);
    facts.push(factsOf(rebuilt));
    rows.push(new Map());
    return id;
  }

  function compile([snapshot, actions]: readonly [AnyMachineSnapshot, readonly XstateAction[]]): Step {
    if (snapshot.status === "error") throw new Error(`the chart failed: ${String(snapshot.error)}`);
    return Object.freeze({ next: intern(snapshot), effects: chartEffects(actions) });
  }

  const transition = transitionOf(machine);

  function run(state: StateId, type: string, elapsedMs: number): Step {
    const snapshot = snapshots[state];
    if (snapshot === undefined) throw new RangeError(`no chart state ${state}`);
    // A finished xstate machine still reacts to events; a finished coordinator must not.
    if (snapshot.status === "done") return Object.freeze({ next: state, effects: NO_EFFECTS });
    return compile(transition(snapshot, { type, elapsedMs }));
  }

  const start = compile(initialTransition(machine) as never);
  return {
    start,
    step(state, type, elapsedMs = 0) {
      const row = rows[state];
      if (row === undefined) throw new RangeError(`no chart state ${state}`);
      let column = row.get(type);
      if (column === undefined) {
        row.set(type, (column = new Map()));
        met.push({ state, type });
      }
      const known = column.get(elapsedMs);
      if (known !== undefined) return known;
      const fresh = run(state, type, elapsedMs);
      if (pairCount < MOST_PAIRS) {
        column.set(elapsedMs, fresh);
        pairCount++;
      }
      return fresh;
    },
    facts: (state) => facts[state] ?? raise(`no chart state ${state}`),
    encode: (state) => encodeSnapshot(snapshots[state] ?? raise(`no chart state ${state}`)),
    decode: (text) => intern(machine.resolveState(JSON.parse(text) as never)),
    size: () => ({ states: snapshots.length, pairs: pairCount }),
    met: () => met,
    *pairs() {
      for (const [state, row] of rows.entries()) {
        for (const [type, column] of row) {
          for (const [elapsedMs, step] of column) yield { state, type, elapsedMs, step };
        }
      }
    },
  };
}

type Transition = (
  snapshot: AnyMachineSnapshot,
  event: { readonly type: string; readonly elapsedMs: number },
) => readonly [AnyMachineSnapshot, readonly XstateAction[]];

/** xstate's `transition` of that machine, which makes an actor anew for each step, with one for all of them. */
function transitionOf(machine: AnyStateMachine): Transition {
  const self = createActor(machine);
  let actions: XstateAction[] = [];
  const nothing = () => undefined;
  const scope: AnyActorScope = {
    self,
    system: self.system,
    id: "",
    sessionId: "",
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: (action) => void actions.push(action),
  };
  return (snapshot, event) => {
    actions = [];
    return [machine.transition(snapshot as never, event, scope as never), actions];
  };
}

const NO_EFFECTS: readonly ChartEffect[] = Object.freeze([]);

interface XstateAction {
  readonly type: string;
  readonly params?: unknown;
}

/** xstate's actions as effects, in their order. */
export function chartEffects(actions: readonly XstateAction[]): readonly ChartEffect[] {
  const effects: ChartEffect[] = [];
  for (const action of actions) {
    const effect = toEffect(action);
    if (effect !== undefined) effects.push(Object.freeze(effect));
  }
  return Object.freeze(effects);
}

/** xstate's own forms: `after` arrives as a raise with a delay, leaving the state as a cancel with the same id. */
function toEffect(action: XstateAction): ChartEffect | undefined {
  const params = action.params as Record<string, unknown> | undefined;
  switch (action.type) {
    case "request":
    case "watch":
    case "unwatch":
    case "announce":
      return { type: action.type, ...params } as ChartEffect;
    case "forget":
      return { type: "forget" };
    case "xstate.raise": {
      const delayMs = params?.["delay"];
      if (delayMs === undefined) return undefined; // raised and already consumed
      const timer = String(params?.["id"]);
      // A delay without an implementation would fire at once, silently.
      if (typeof delayMs !== "number" || !Number.isFinite(delayMs) || delayMs < 0) {
        throw new Error(`delay of ${timer} is ${String(delayMs)}, not a non-negative number of milliseconds`);
      }
      return { type: "startTimer", timer, delayMs, ...meaningOf(timer) };
    }
    case "xstate.cancel":
      return { type: "cancelTimer", timer: String(params?.["sendId"]) };
    default:
      throw new Error(`the chart has an effect that the driver does not know: ${action.type}`);
  }
}

/** `xstate.after.backOff.<state>` stands for the delay `backOff`; those of other charts mean nothing more. */
function meaningOf(timer: string): DelayMeaning {
  const delay = timer.split(".")[2] ?? "";
  return Object.hasOwn(DELAYS, delay) ? DELAYS[delay as keyof typeof DELAYS] : {};
}

function encodeSnapshot(snapshot: AnyMachineSnapshot): string {
  return JSON.stringify({ value: sorted(snapshot.value), context: snapshot.context });
}

/** Regions in the order of their names, so that equal states have equal text. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** A snapshot for people. */
export function factsOf(snapshot: AnyMachineSnapshot): StateFacts {
  const paths: string[] = [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value === "string") paths.push(path === "" ? value : `${path}.${value}`);
    else
      for (const [key, inner] of Object.entries(value as object))
        walk(inner, path === "" ? key : `${path}.${key}`);
  };
  walk(snapshot.value, "");
  return Object.freeze({
    value: snapshot.value as unknown,
    context: snapshot.context as ElectionContext,
    paths: Object.freeze(paths),
    phase: phaseOf(paths, snapshot.status === "done"),
  });
}

function phaseOf(paths: readonly string[], done: boolean): Phase {
  const at = (prefix: string) => paths.some((path) => path.startsWith(prefix));
  if (done) return "ended";
  if (at("member.role.holding.service.active")) return "active";
  if (at("member.role.holding")) return "activating";
  if (at("member.role.standby")) return "standby";
  if (at("losing.stayingAway")) return "away";
  if (at("losing") || at("stopping")) return "leaving";
  return "joining";
}

function raise(message: string): never {
  throw new RangeError(message);
}
