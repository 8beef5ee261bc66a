/** What a simulated network really did, for comparison with what the exports conclude from a trace. */
import { shipped, type Variant } from "../../models/variant.ts";
import type { Case } from "../../properties/case.ts";
import { createSetup } from "../../src/simulation/setup.ts";
import { decided } from "../../src/simulation/scheduler.ts";
import { Simulation } from "../../src/simulation/simulation.ts";
import type { Item, World } from "../../src/simulation/world.ts";
import { momentOf, type Moment } from "../../src/run/moment.ts";
import type { TraceLine } from "../../src/trace/format.ts";
import { headerOf } from "../../src/run/record.ts";
import { TraceWriter } from "../../src/trace/trace-writer.ts";

export interface Truth {
  readonly lines: readonly TraceLine[];
  /** For each event that is an arrival: the number of the event that sent it. */
  readonly sentBy: ReadonlyMap<number, number>;
  /** How everything stood after each event, by its number. */
  readonly moments: ReadonlyMap<number, Moment>;
}

const MESSAGES: ReadonlySet<string> = new Set(["request", "reply", "watch", "watchMessage", "unwatch"]);

/** Runs a case to its horizon, recording it and watching every message leave and arrive. */
export function truthOf({ decisions, scenario }: Case, variant: Variant = shipped): Truth {
  const lines: TraceLine[] = [];
  const setup = createSetup(scenario, variant);
  const writer = new TraceWriter(setup, (_, line) => lines.push(line));
  writer.begin(headerOf({ scenario, variant }));
  const sent = new Map<Item, number>();
  const sentBy = new Map<number, number>();
  const moments = new Map<number, Moment>();
  const listener = {
    observe: writer.observe.bind(writer),
    stepped: writer.stepped.bind(writer),
    happens(item: Item, world: World) {
      const before = writer.events;
      writer.happens(item, world);
      current = item;
      // The line before this one has been handed on by now; whether this one becomes a line shows later.
      flushed = writer.events > before;
    },
  };
  let current: Item | undefined;
  let flushed = false;
  const simulation = new Simulation(setup, decided(decisions), listener);
  for (;;) {
    const more = simulation.world.timeline.instants[0];
    if (more === undefined || more > scenario.horizonMs) break;
    simulation.next();
    void flushed;
    writer.settle();
    const n = writer.events;
    const line = lines.at(-1);
    for (const item of [
      ...simulation.world.timeline.items,
      ...simulation.world.nodes.flatMap(({ stream }) => stream),
    ]) {
      if (MESSAGES.has(item.type) && !sent.has(item)) sent.set(item, n);
    }
    if (line?.type !== "event" || current === undefined || moments.has(n)) continue;
    moments.set(n, momentOf(simulation.world, setup));
    const from = sent.get(current);
    // What etcd says because a connection broke, it says within another's event: no message of its own.
    const sender = lines[from ?? 0];
    if (
      sender?.type === "event" &&
      MESSAGES.has(current.type) &&
      (sender.node === "etcd") ===
        ((current.type.startsWith("re") && current.type !== "request") || current.type === "watchMessage")
    )
      sentBy.set(n, from as number);
  }
  simulation.world.now = scenario.horizonMs;
  writer.end(scenario.horizonMs, "horizon", []);
  return { lines, sentBy, moments };
}
