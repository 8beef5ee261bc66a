/**
 * The simulation: takes the next thing from virtual time and lets it happen. Copy its world to fork it.
 */
import { insert, nextInstant, schedule, takeNext } from "../time/timeline.ts";
import { effectsOf } from "./effects.ts";
import { lastsMs } from "./fault.ts";
import { strikeFault } from "./strike.ts";
import type { SimulationSetup } from "./setup.ts";
import { NodeHost } from "./host.ts";
import { ask, hostOf, type ActiveRun, type Besides, type Host, type Listener } from "./run.ts";
import { processesOf } from "./scenario.ts";
import type { Scheduler } from "./scheduler.ts";
import { isSilent } from "./connections.ts";
import { breakMemberStreams, breakStreams, reachEtcd, tellEtcd } from "./server.ts";
import { createWorld, EVERY_LIFE, type Item, type SimulatedNode, type World } from "./world.ts";

/** More simultaneous things than this keep the order in which they were arranged. */
const MOST_TIED = 8;
/** Room in the order of what was arranged at the beginning, for what goes wrong besides. */
const MOST_BESIDES = 32;

export class Simulation implements ActiveRun {
  readonly world: World;
  setup: SimulationSetup;
  readonly scheduler: Scheduler;
  readonly listener: Listener;
  readonly hosts: readonly Host[];
  readonly #mostFaults: number;

  /** Begins `setup`'s scenario, or goes on with `world`, which from now on belongs to this simulation. */
  constructor(setup: SimulationSetup, scheduler: Scheduler, listener: Listener, world?: World) {
    this.setup = setup;
    this.#mostFaults = setup.scenario.faults.length + MOST_BESIDES;
    this.scheduler = scheduler;
    this.listener = listener;
    this.world = world ?? createWorld(setup);
    this.hosts = this.world.nodes.map((node, at) => new NodeHost(this, setup, node, at));
    if (world === undefined) this.#arrange();
  }

  /** Everything the scenario says of the future. */
  #arrange(): void {
    const { timeline } = this.world;
    const { scenario } = this.setup;
    processesOf(scenario).forEach(({ startAtMs }, node) => {
      schedule(timeline, startAtMs, { type: "start", node });
    });
    scenario.faults.forEach(({ atMs }, index) =>
      schedule(timeline, atMs, { type: "fault", index, phase: "begins" }),
    );
    timeline.nextSequence += MOST_BESIDES;
  }

  /** What goes wrong besides, up to then, is arranged where it would have been had it stood in the scenario after all others. */
  #arrangeBesides(besides: Besides, beforeMs: number): void {
    const { nodes, timeline } = this.world;
    for (let fault = besides(beforeMs); fault !== undefined; fault = besides(beforeMs)) {
      const { scenario } = this.setup;
      const index = scenario.faults.length;
      if (index >= this.#mostFaults) throw new RangeError(`more than ${MOST_BESIDES} faults besides`);
      this.setup = { ...this.setup, scenario: { ...scenario, faults: [...scenario.faults, fault] } };
      insert(timeline, fault.atMs, nodes.length + index, { type: "fault", index, phase: "begins" });
    }
  }

  /** Lets everything happen up to and including `untilMs`. */
  runUntil(untilMs: number): void {
    const { timeline } = this.world;
    while (nextInstant(timeline) <= untilMs) this.next();
    this.world.now = Math.max(this.world.now, untilMs);
  }

  /**
   * Runs to the scenario's horizon and says so; `enough` may break it off before. True: it did. `besides`: asked before each thing.
   */
  run(enough: () => boolean = () => false, besides?: Besides): boolean {
    const { horizonMs } = this.setup.scenario;
    const { timeline } = this.world;
    for (;;) {
      if (besides !== undefined) this.#arrangeBesides(besides, Math.min(nextInstant(timeline), horizonMs));
      if (nextInstant(timeline) > horizonMs) break;
      this.next();
      if (enough()) return true;
    }
    this.world.now = horizonMs;
    this.listener.observe({ type: "end", at: horizonMs });
    return false;
  }

  /** Lets the next thing happen. False: nothing is left to come. */
  next(): boolean {
    const { world } = this;
    const instant = nextInstant(world.timeline);
    if (instant === Number.POSITIVE_INFINITY) return false;
    world.now = instant;
    let item = takeNext(world.timeline);
    if (nextInstant(world.timeline) === instant) item = this.#chooseAmongTied(item, instant);
    this.listener.happens?.(item, world);
    happen(this, item);
    while (isOver(world)) takeNext(world.timeline);
    return true;
  }

  /** Several things at one instant: who comes first is open, but what is ordered by its nature stays so. */
  #chooseAmongTied(first: Item, instant: number): Item {
    const { timeline } = this.world;
    const candidates: Item[] = [first];
    const sequences: number[] = [-1]; // before all others, where it was
    while (nextInstant(timeline) === instant && candidates.length < MOST_TIED) {
      const over = isOver(this.world);
      const sequence = timeline.sequences[0] as number;
      const item = takeNext(timeline);
      if (over) continue;
      sequences.push(sequence);
      candidates.push(item);
    }
    if (candidates.length === 1) return first;
    const free = freeAmong(candidates);
    const chosen =
      free.length === 1
        ? first
        : (free[
            ask(this, { type: "order", options: free.length, node: -1, which: "", purpose: "", tied: free })
          ] as Item);
    for (let at = 0; at < candidates.length; at++) {
      const item = candidates[at] as Item;
      if (item !== chosen) insert(timeline, instant, sequences[at] as number, item);
    }
    return chosen;
  }
}

/** Until when nobody can be started, for all stand still: the end of the fault that makes them, so far as it is known. */
function sleepsUntil({ setup, world }: ActiveRun): number {
  let until = world.now;
  for (const { index, life } of world.inEffect) {
    const fault = life === EVERY_LIFE ? setup.scenario.faults[index] : undefined;
    if (fault !== undefined && effectsOf(fault).standsStill === true)
      until = Math.max(until, fault.atMs + lastsMs(fault));
  }
  return until;
}

/** Whether what is next is a timer that was cancelled, or an appointment of etcd that was moved: nothing waits for it. */
function isOver({ etcdDueAt, nodes, timeline }: World): boolean {
  const item = timeline.items[0];
  if (item?.type === "etcd") return timeline.instants[0] !== etcdDueAt;
  if (item?.type !== "timer") return false;
  const node = nodes[item.node] as SimulatedNode;
  if (node.life !== item.life) return true;
  for (const { arming } of node.timers) if (arming === item.arming) return false;
  return true;
}

/** Lets one thing happen, now. */
export function happen(run: ActiveRun, item: Item): void {
  switch (item.type) {
    case "etcd":
      if (run.world.now === run.world.etcdDueAt) tellEtcd(run, { type: "tick" });
      return;
    case "fault":
      strikeFault(run, item);
      return;
    case "start":
      if (sleepsUntil(run) > run.world.now) schedule(run.world.timeline, sleepsUntil(run), item);
      else hostOf(run, item.node).begin();
      return;
    case "request":
      // One that was under way when its sender died still arrives, and is still carried out.
      reachEtcd(run, item);
      return;
    default:
      break;
  }
  const host = hostOf(run, item.node);
  const { node } = host;
  if (item.life !== node.life || node.status === "down") return;
  switch (item.type) {
    case "watch":
    case "unwatch":
      reachEtcd(run, item);
      return;
    case "silence":
      if (item.member !== undefined) {
        if (isSilent(run.world, node, item.member)) breakMemberStreams(host, 0, item.member);
      } else if (item.cut === node.cuts && (node.cutToEtcd || node.cutFromEtcd)) breakStreams(host, 0);
      return;
    default:
      if (node.status === "paused") node.held.push(item);
      else host.reach(item);
  }
}

/** Those that nothing before them has to precede. */
function freeAmong(candidates: readonly Item[]): Item[] {
  const free: Item[] = [];
  for (let at = 0; at < candidates.length; at++) {
    const item = candidates[at] as Item;
    let earlier = 0;
    while (earlier < at && !isOrdered(candidates[earlier] as Item, item)) earlier++;
    if (earlier === at) free.push(item);
  }
  return free;
}

/** Things of one process at one instant keep their order, except its timers against the network. */
function isOrdered(earlier: Item, later: Item): boolean {
  if (!("node" in earlier) || !("node" in later) || earlier.node !== later.node) return false;
  return (earlier.type === "timer") === (later.type === "timer");
}
