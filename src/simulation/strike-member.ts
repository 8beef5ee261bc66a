/**
 * Faults of etcd's members: which one is struck, and how it stands then, which follows from all faults in effect at once, so that the end
 * of one never ends another.
 */
import type { MemberStatus } from "../../models/etcd.ts";
import { schedule } from "../time/timeline.ts";
import { effectsOf } from "./effects.ts";
import { concerns, fieldOf, type Fault } from "./fault.ts";
import { hostNamed, type ActiveRun, type Host } from "./run.ts";
import { sendOn, tellEtcd } from "./server.ts";

/** The member that the fault in that place of the scenario strikes, or struck if it is in effect; undefined: none. */
export function memberStruck({ world }: ActiveRun, fault: Fault, index: number): number | undefined {
  const { member, outOfReach } = effectsOf(fault);
  if (member === undefined && outOfReach === undefined) return undefined;
  const found = world.inEffect.find((one) => one.index === index)?.member;
  if (found !== undefined) return found;
  const { cluster } = world.etcd;
  if (cluster === null) throw new RangeError(`${fault.type} befalls an etcd of several members alone`);
  const named = fieldOf(fault, "member");
  return named === "leader" ? cluster.leader : Number(named);
}

/** The member, or the way to it, is from now on as all faults in effect have it. */
export function standAnew(run: ActiveRun, fault: Fault, member: number): void {
  const on = concerns(fault);
  if (on === undefined) {
    const frozen = run.world.etcd.cluster?.members[member - 1]?.status.frozen === true;
    const status = statusOf(run, member);
    tellEtcd(run, { type: "member", member, status });
    if (status.frozen && !frozen) for (const host of run.hosts) expectSilence(host, member);
    return;
  }
  const host = hostNamed(run, on);
  const { client } = host.node;
  if (client === undefined) return;
  const before = client.outOfReach;
  client.outOfReach = inEffect(run).flatMap((one) =>
    one.member !== undefined && concerns(one.fault) === on && effectsOf(one.fault).outOfReach === true
      ? [one.member]
      : [],
  );
  if (client.outOfReach.includes(member) && !before.includes(member)) expectSilence(host, member);
  else if (!client.outOfReach.includes(member)) sendOn(host);
}

function statusOf(run: ActiveRun, member: number): MemberStatus {
  const ills = new Set(
    inEffect(run).flatMap((one) => (one.member === member ? (effectsOf(one.fault).member ?? []) : [])),
  );
  return { down: ills.has("down"), frozen: ills.has("frozen"), cut: ills.has("cut"), lags: ills.has("lags") };
}

/** A connection that brings nothing is given up after a while. */
function expectSilence({ at, network, node, run }: Host, member: number): void {
  const { now, timeline } = run.world;
  schedule(timeline, now + network.streamTimeoutMs, {
    type: "silence",
    node: at,
    life: node.life,
    cut: 0,
    member,
  });
}

function inEffect({ setup, world }: ActiveRun): { readonly fault: Fault; readonly member?: number }[] {
  return world.inEffect.flatMap(({ index, member }) => {
    const fault = setup.scenario.faults[index];
    return fault === undefined ? [] : [{ fault, ...(member === undefined ? {} : { member }) }];
  });
}
