/** Every step of every chart, and everything that the pages ask of faults, as text: to compare what is bundled with what is not. */
import { chartWaysOf } from "../../models/chart-ways.ts";
import { LEASE_TABLE } from "../../models/lease.ts";
import { MODE_TABLE } from "../../models/etcd/modes.ts";
import { compileChart } from "../../models/compile-chart.ts";
import { variants } from "../../models/variants.ts";
import { FAULT_KINDS } from "../../src/simulation/fault.ts";
import { probes } from "../../properties/bugs/probes.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { lessons } from "../../src/teach/lessons/index.ts";
import { FAULT_FORMS } from "../../src/web/teach/faults.ts";
import { timingFaults, timingFor } from "../../models/timing.ts";

/** Of the shipped chart's states at most so many are left, and of each other's. */
const MOST_STATES = 120;
const MOST_OF_OTHERS = 12;

export function steps(): string[] {
  return variants.map(({ createChart, name }) => {
    const machine = createChart(timingFor(60), { activeStandby: true, afterLoss: "registerAnew" });
    const events = [...new Set([...chartWaysOf(machine).ways.values()].flat())];
    const chart = compileChart(machine);
    const most = name === "shipped" ? MOST_STATES : MOST_OF_OTHERS;
    const met = new Set([chart.start.next]);
    let text = `${name} ${JSON.stringify(chart.start.effects)}`;
    for (const state of met) {
      if (met.size > most) break;
      for (const event of events) {
        const { effects, next } = chart.step(state, event, 3);
        met.add(next);
        text += `${chart.encode(state)} ${event} ${chart.encode(next)} ${JSON.stringify(effects)}\n`;
      }
    }
    return text;
  });
}

/** The tables of the simulated etcd's own charts. */
export const tables = (): string => JSON.stringify([LEASE_TABLE, MODE_TABLE]);

export function faults(): string[] {
  const aim = { on: "a", longMs: 70_000 };
  return [
    ...FAULT_FORMS.map((form) => JSON.stringify(form)),
    ...FAULT_KINDS.map((kind) => {
      const offered = kind.offers(aim).map(({ fault, label }) => {
        const known = { ...fault, type: kind.name, atMs: 0 } as never;
        const { words } = kind;
        return [
          label,
          fault,
          words.begins(known),
          words.ends?.(known, false),
          words.vain?.(known),
          kind.whileItLasts?.(known),
          kind.outageMs?.(known),
        ];
      });
      return JSON.stringify([kind.name, kind.disturbs, kind.breaks, kind.span, offered]);
    }),
  ];
}

/** The kinds of faults that can be drawn. */
export const drawn = (): string[] =>
  FAULT_KINDS.flatMap((kind) => (Reflect.get(kind, "draw") === undefined ? [] : [kind.name]));

/** How every violation is told, as code. */
export const kinds = (): string[] =>
  [...catalogue, ...probes].flatMap(({ kinds: its, name }) =>
    Object.entries(its).map(
      ([kind, telling]) => `${name} ${kind} ${Object.values(telling).map(String).join()}`,
    ),
  );

/** The promises by which runs can be judged. */
export const judges = (): string[] =>
  catalogue.flatMap((property) => (Reflect.get(property, "judge") === undefined ? [] : [property.name]));

/** How many inequalities each of these timings breaks. */
export function misfits(): number[] {
  const timing = timingFor(60);
  return [timing, { ...timing, claimMs: 60_000 }, { ...timing, ttlMs: 1, renewEveryMs: 60_000 }].map(
    (one) => timingFaults(one, 8000).length,
  );
}

/** Answers that pass. */
export const solutions = (): string[] =>
  lessons.map(({ exercise: { solution } }) => solution).filter((solution) => solution !== "");
