/**
 * What faults amount to together: how a coordinator fares is derived from all that are in effect, in the order in which
 * they began. So the end of one never ends another.
 */
import { concerns, kindOf, lastsMs, type Fault } from "./fault.ts";
import type { Effects } from "./faults/kind.ts";

/** What holds while the fault lasts; of one that happens at an instant, nothing. */
export function effectsOf(fault: Fault): Effects {
  const kind = kindOf(fault);
  return kind.whileItLasts === undefined || lastsMs(fault) === 0 ? NONE : kind.whileItLasts(fault);
}

const NONE: Effects = {};

/** A clock that is stopped stands; else the drift that began last holds; else it runs at its own rate. */
export function clockRateUnder(ownRate: number, inEffect: readonly Fault[]): number {
  let rate = ownRate;
  for (const fault of inEffect) {
    const given = effectsOf(fault).clockRate;
    if (given === 0) return 0;
    if (given !== undefined) rate = given;
  }
  return rate;
}

/** The same of etcd's clock. */
export function etcdClockRateUnder(ownRate: number, inEffect: readonly Fault[]): number {
  const rates = inEffect.flatMap((fault) => effectsOf(fault).etcdClockRate ?? []);
  return rates.includes(0) ? 0 : (rates.at(-1) ?? ownRate);
}

/** How far etcd's own clock jumps at the fault's begin, ms. */
export function etcdJumpMs(fault: Fault): number {
  const kind = kindOf(fault);
  return kind.strikes === "etcd" ? (kind.clockJumpMs?.(fault) ?? 0) : 0;
}

/** Whether etcd's own clock is another under it. */
export function turnsEtcdClock(fault: Fault): boolean {
  return effectsOf(fault).etcdClockRate !== undefined || etcdJumpMs(fault) !== 0;
}

/** Whether what holds while the fault lasts holds for the coordinator of that name. */
export function befalls(fault: Fault, name: string): boolean {
  return concerns(fault) === name || effectsOf(fault).everybody === true;
}

/** Of the lanes: all that the fault befalls while it lasts; `lane`: where it was seen to strike, undefined: at etcd. */
export function lanesBefallen<Lane>(
  fault: Fault | undefined,
  lane: Lane | undefined,
  all: readonly Lane[],
): readonly Lane[] {
  if (fault !== undefined && effectsOf(fault).everybody === true) return all;
  return lane === undefined ? [] : [lane];
}

/** Which way nothing passes between a coordinator and etcd: whatever any of them cuts. */
export function cutUnder(inEffect: readonly Fault[]): NonNullable<Effects["cut"]> {
  const cuts = inEffect.map((fault) => effectsOf(fault).cut);
  return {
    toEtcd: cuts.some((cut) => cut?.toEtcd === true),
    fromEtcd: cuts.some((cut) => cut?.fromEtcd === true),
  };
}

/** Another fault that goes on with what `ended` did; undefined: it is over. */
export function outlasting(ended: Fault, inEffect: readonly Fault[]): Fault | undefined {
  const chief = chiefOf(ended);
  return chief === undefined
    ? undefined
    : inEffect.findLast((other) => effectsOf(other)[chief] !== undefined);
}

const BY_WEIGHT = ["staysDown", "standsStill", "cut", "clockRate", "etcdClockRate", "mutesWatches"] as const;

function chiefOf(fault: Fault): keyof Effects | undefined {
  const effects = effectsOf(fault);
  return BY_WEIGHT.find((name) => effects[name] !== undefined);
}

/**
 * Whether two faults cannot both be: outages of etcd that overlap or touch. What etcd does in the middle of one is what the
 * other would decide, and the end of one would end both.
 */
export function contradict(left: Fault, right: Fault, etcdClockRate = 1): boolean {
  const leftEnd = outageEnd(left, etcdClockRate);
  if (leftEnd === undefined) return false;
  const rightEnd = outageEnd(right, etcdClockRate);
  return rightEnd !== undefined && left.atMs <= rightEnd && right.atMs <= leftEnd;
}

/** When etcd is itself again, ms; undefined: the fault is no outage. Elections and stalls last by etcd's own clock. */
export function outageEnd(fault: Fault, etcdClockRate = 1): number | undefined {
  const forMs = kindOf(fault).outageMs?.(fault);
  return forMs === undefined ? undefined : fault.atMs + forMs / Math.min(1, etcdClockRate);
}

/** The first of `others` that `fault` contradicts. */
export function contradicted(fault: Fault, others: readonly Fault[], etcdClockRate = 1): Fault | undefined {
  return others.find((other) => contradict(fault, other, etcdClockRate));
}

/** Whether any two of them contradict each other. */
export function contradictory(faults: readonly Fault[], etcdClockRate = 1): boolean {
  return faults.some((fault, at) => contradicted(fault, faults.slice(at + 1), etcdClockRate) !== undefined);
}
