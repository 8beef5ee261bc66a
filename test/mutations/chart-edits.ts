/**
 * Every chart that is the shipped one but for one thing left out or turned round: a reaction, an action, a guard, a beginning.
 * They are made from the chart itself, so a chart that grows has more of them.
 */
import { edited, type ChartConfig } from "../../models/edits.ts";
import { createElectionChart } from "../../models/election.ts";
import { timingFor } from "../../models/timing.ts";

/** One edit of the chart's configuration. */
export interface ChartEdit {
  /** Where and what: `member.lease.held: on lease.renewed, without reenter`. */
  readonly name: string;
  readonly createChart: ReturnType<typeof edited>;
}

type Change = (chart: ChartConfig) => void;

/** One edit for each thing that can be left out of the shipped chart. */
export function chartEdits(): ChartEdit[] {
  const { config } = createElectionChart(timingFor(60), {
    activeStandby: true,
    afterLoss: "registerAnew",
  });
  return [...changes(structuredClone(config) as unknown as ChartConfig, [])].map(([name, change]) => ({
    name,
    createChart: edited(change),
  }));
}

function* changes(node: ChartConfig, path: readonly string[]): Generator<[string, Change]> {
  const name = path.join(".") || "election";
  const here =
    (change: Change): Change =>
    (chart) =>
      change(nodeAt(chart, path));
  for (const side of ["on", "after"] as const) {
    for (const [event, reaction] of Object.entries((node[side] ?? {}) as ChartConfig)) {
      yield [
        `${name}: not ${side} ${event}`,
        here((own) => {
          delete (own[side] as ChartConfig)[event];
        }),
      ];
      for (const [what, other] of reactions(reaction))
        yield [
          `${name}: ${side} ${event}, ${what}`,
          here((own) => {
            (own[side] as ChartConfig)[event] = other;
          }),
        ];
    }
  }
  for (const [what, other] of reactions(node["always"]))
    yield [
      `${name}: at once, ${what}`,
      here((own) => {
        own["always"] = other;
      }),
    ];
  for (const side of ["entry", "exit"] as const) {
    const actions = listed(node[side]);
    for (const [at, action] of actions.entries())
      yield [
        `${name}: ${side} without ${words(action)}`,
        here((own) => {
          own[side] = actions.toSpliced(at, 1);
        }),
      ];
  }
  const states = Object.entries((node["states"] ?? {}) as ChartConfig);
  if (node["initial"] !== undefined)
    for (const [other] of states)
      if (other !== node["initial"])
        yield [
          `${name}: begins in ${other}`,
          here((own) => {
            own["initial"] = other;
          }),
        ];
  for (const [inner, child] of states) yield* changes(child as ChartConfig, [...path, inner]);
}

/** The reaction with something left out. */
function* reactions(reaction: unknown): Generator<[string, unknown]> {
  const all = listed(reaction);
  for (const [at, one] of all.entries()) {
    if (all.length > 1) yield [`without ${words(one)}`, all.toSpliced(at, 1)];
    if (typeof one !== "object" || one === null) continue;
    const { actions, guard, reenter, ...rest } = one as ChartConfig;
    const instead = (other: unknown) => (all.length === 1 ? other : all.toSpliced(at, 1, other));
    const way = all.length === 1 ? "" : `${words({ guard, target: rest["target"] })} `;
    if (guard !== undefined) yield [`whether or not ${String(guard)}`, instead({ ...rest, actions })];
    if (reenter !== undefined) yield [`${way}without reenter`, instead({ ...rest, actions })];
    const list = listed(actions);
    for (const [place, action] of list.entries())
      yield [
        `${way}without ${words(action)}`,
        instead({ ...(one as ChartConfig), actions: list.toSpliced(place, 1) }),
      ];
  }
}

function listed(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function words(action: unknown): string {
  if (typeof action === "string") return action;
  const { guard, params, target, type } = action as ChartConfig;
  if (type !== undefined) return `${String(type)} ${Object.values((params ?? {}) as ChartConfig).join(" ")}`;
  return guard === undefined ? `the way to ${String(target)}` : `the way if ${String(guard)}`;
}

function nodeAt(chart: ChartConfig, path: readonly string[]): ChartConfig {
  return path.reduce((node, name) => (node["states"] as ChartConfig)[name] as ChartConfig, chart);
}
