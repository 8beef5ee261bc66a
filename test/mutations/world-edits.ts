/** Mistakes in faults of hosts, clocks, the store and load: in schedules that have them. */
import type { CaseOptions } from "../../properties/case.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { noEffect } from "./edits.ts";
import type { MemberMutant } from "./member-edits.ts";

const FAULTS = "src/simulation/faults";
const STRIKE = "src/simulation/strike.ts";

/** Something befalls the one who serves or stands by, and a takeover shows it. */
const aroundATakeover = (before: Fault): CaseOptions => ({
  around: scenario({
    title: "around a takeover",
    coordinators: coordinators("rootcoord", 2),
    faults: [before, { type: "crash", atMs: 100_000, on: "rootcoord-a" }],
  }),
});

const aMoment = { atMs: 100_000, on: "rootcoord-b", forMs: 8000 } as const;

/** The role falls vacant meanwhile. */
const whileItCannotHear = (before: Fault): CaseOptions => ({
  around: scenario({
    title: "while it cannot hear",
    coordinators: coordinators("rootcoord", 2),
    faults: [before, { type: "stop", atMs: 103_000, on: "rootcoord-a" }],
  }),
});

/** Its revokes go unanswered, so it is still stopping when its time is over. */
const killedWhileStopping = scenario({
  title: "killed while it stops",
  coordinators: coordinators("rootcoord", 2),
  faults: [
    { type: "lose", atMs: 90_000, on: "rootcoord-a", leg: "reply", purpose: "revoke", count: 3 },
    { type: "stop", atMs: 100_000, on: "rootcoord-a", restartAfterMs: 60_000, graceMs: 3000 },
  ],
});

export const worldMutants: readonly MemberMutant[] = [
  {
    name: "machine-stays-awake",
    mistake: "a machine that sleeps goes on",
    file: `${FAULTS}/suspend.ts`,
    from: "      everybody: true,\n      standsStill: true,\n      ...(clocksGoOn === true ? {} : { clockRate: 0, etcdClockRate: 0 }),\n",
    to: "      everybody: true,\n      ...(clocksGoOn === true ? {} : {}),\n",
    noticed: noEffect("suspend"),
    cases: { kinds: ["suspend"] },
  },
  {
    name: "waking-forgets-news",
    mistake: "what a watch tells somebody who stands still is gone when it wakes",
    file: "src/simulation/host.ts",
    from: "for (const item of node.held.splice(0)) schedule(",
    to: 'for (const item of node.held.splice(0)) if (item.type !== "watchMessage") schedule(',
    noticed: noEffect("pause heard"),
    cases: whileItCannotHear({ type: "pause", ...aMoment }),
  },
  {
    name: "cut-forgets-news",
    mistake: "what a watch tells somebody who is cut off for a moment is gone",
    file: "src/simulation/server.ts",
    from: "for (const item of node.stream.splice(0)) schedule(world.timeline, arrival, item);",
    to: "node.stream.length = 0;",
    noticed: noEffect("partition heard"),
    cases: whileItCannotHear({ type: "partition", ...aMoment, direction: "both" }),
  },
  {
    name: "etcd-clock-stays-true",
    mistake: "a drift of etcd's clock changes nothing",
    file: STRIKE,
    from: "  setRate(world.etcdClock, world.now, etcdClockRateUnder(setup.scenario.etcd.clockRate, faults));\n",
    to: "  void [setup, faults];\n",
    noticed: noEffect("driftEtcd"),
    cases: { kinds: ["driftEtcd", "crash"] },
  },
  {
    name: "etcd-clock-does-not-step",
    mistake: "etcd's clock does not jump",
    file: STRIKE,
    from: "    this.#run.world.etcdClock.localAnchorMs += byMs;\n",
    to: "    void byMs;\n",
    noticed: noEffect("stepEtcd"),
    cases: aroundATakeover({ type: "stepEtcd", atMs: 110_000, byMs: 20_000 }),
  },
  {
    name: "restored-as-it-was",
    mistake: "an older snapshot is not restored",
    file: "models/etcd.ts",
    from: 'if (etcd.mode === "down") restoreOlder(',
    to: 'if (etcd.mode === "serving") restoreOlder(',
    noticed: noEffect("goBack"),
    cases: { kinds: ["goBack"] },
  },
  {
    name: "crowd-of-one",
    mistake: "of a crowd of leases one is granted",
    file: `${FAULTS}/crowd.ts`,
    from: "for (let one = 1; one <= leases; one++)",
    to: "for (let one = leases; one <= leases; one++)",
    noticed: noEffect("crowd"),
    cases: { kinds: ["crowd"] },
  },
  {
    name: "hoard-of-few",
    mistake: "the metadata grow by few entries, however many are asked for",
    file: `${FAULTS}/hoard.ts`,
    from: "from <= entries; from += MOST_AT_ONCE",
    to: "from <= Math.min(1, entries); from += MOST_AT_ONCE",
    noticed: noEffect("hoard"),
    cases: aroundATakeover({ type: "hoard", atMs: 90_000, on: "rootcoord-a", entries: 1200 }),
  },
  {
    name: "probe-spares",
    mistake: "a supervisor's probe kills nobody",
    file: `${FAULTS}/probe.ts`,
    from: "        ports.kill(on);\n",
    to: "",
    noticed: noEffect("probe"),
    cases: aroundATakeover({
      type: "probe",
      atMs: 90_000,
      on: "rootcoord-b",
      forMs: 120_000,
      everyMs: 30,
      restartAfterMs: 5000,
    }),
  },
  {
    name: "id-is-left",
    mistake: "nobody takes a server id",
    file: `${FAULTS}/take-id.ts`,
    from: 'if (key !== undefined) ports.operate({ type: "put", key, value: STRANGER });',
    to: "void [key, STRANGER];",
    noticed: noEffect("takeId"),
    cases: { kinds: ["takeId"] },
  },
  {
    name: "service-is-well",
    mistake: "no service says that it is of no use",
    file: `${FAULTS}/sicken.ts`,
    from: 'ports.report(on, { type: "unhealthy" })',
    to: "void [on, ports]",
    noticed: noEffect("sicken"),
    cases: { kinds: ["sicken"] },
  },
  {
    name: "grace-without-end",
    mistake: "whoever stops too slowly is not killed",
    file: `${FAULTS}/stop.ts`,
    from: "      if (ports.isSame(on)) ports.kill(on);\n",
    to: "      void [ports, on];\n",
    noticed: noEffect("stop in grace"),
    cases: { around: killedWhileStopping },
  },
];
