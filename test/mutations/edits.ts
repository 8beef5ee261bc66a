/**
 * Mistakes in code that no variant reaches: in the timing, the world and its faults, the judges; those in the driver stand apart. Each is one edit of one
 * line, made while the sources are bundled; an edit whose text is not there any more fails its test.
 */

/** How a default check notices. */
export type Noticed =
  /** The promise is broken. */
  | { readonly by: string; readonly how: "violated" }
  /** The promise has no verdict: something that must be seen never was. */
  | { readonly by: string; readonly how: "witness"; readonly unseen: string }
  /** No promise has a verdict: the fault struck and never had an effect. */
  | { readonly by: "every promise"; readonly how: "no effect"; readonly strike: string };

export interface SourceMutant {
  readonly name: string;
  readonly mistake: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly noticed: Noticed;
  /** Schedules after which it is, at the latest; 0 stands for as few as all others need. */
  readonly runs?: number;
}

export const violated = (by: string): Noticed => ({ by, how: "violated" });
const witness = (by: string, unseen: string): Noticed => ({ by, how: "witness", unseen });
export const noEffect = (strike: string): Noticed => ({ by: "every promise", how: "no effect", strike });

const TIMING = "models/timing.ts";
const STRIKE = "src/simulation/strike.ts";
const NETWORK = "src/simulation/network.ts";
const HOST = "src/simulation/host.ts";
const SERVER = "src/simulation/server.ts";
const fault = (name: string) => `src/simulation/faults/${name}.ts`;

export const sourceMutants: readonly SourceMutant[] = [
  {
    name: "recheck-seldom",
    mistake: "a standby asks every ten TTLs",
    file: TIMING,
    from: "recheckMs: ttlMs,",
    to: "recheckMs: 10 * ttlMs,",
    noticed: witness("bounded-takeover", "unheard"),
  },
  {
    name: "retries-late",
    mistake: "sends a failed renewal again after a quarter of the TTL",
    file: TIMING,
    from: "renewRetryMs: clamp(Math.floor(ttlMs / 60), 50, 1000),",
    to: "renewRetryMs: Math.floor(ttlMs / 4),",
    noticed: witness("no-causeless-takeover", "outlived"),
  },
  {
    name: "pause-stops-nothing",
    mistake: "a pause stops nothing",
    file: STRIKE,
    from: '  if (standsStill === true && node.status === "up") node.status = "paused";\n',
    to: "",
    noticed: noEffect("pause"),
  },
  {
    name: "drift-ignored",
    mistake: "a drift changes no clock",
    file: STRIKE,
    from: "clockRateUnder(processAt(run.setup, at).setup.clockRate, faults)",
    to: "clockRateUnder(processAt(run.setup, at).setup.clockRate, faults.slice(faults.length))",
    noticed: noEffect("drift"),
  },
  {
    name: "partition-cuts-nothing",
    mistake: "a partition cuts neither way",
    file: fault("partition"),
    from: 'cut: { toEtcd: direction !== "fromEtcd", fromEtcd: direction !== "toEtcd" },',
    to: "cut: { toEtcd: false, fromEtcd: direction === undefined },",
    noticed: noEffect("partition fromEtcd"),
  },
  {
    name: "lost-arrives",
    mistake: "a lost message arrives",
    file: NETWORK,
    from: '  if (fate === "lost") return NEVER;\n',
    to: "",
    noticed: noEffect("lose request"),
  },
  {
    name: "lose-loses-one",
    mistake: "of several messages that are to be lost one is",
    file: fault("lose"),
    from: 'fate: "lost", count }',
    to: 'fate: "lost", count: Math.min(1, count) }',
    noticed: noEffect("lose again"),
  },
  {
    name: "lost-replies-arrive",
    mistake: "a lost reply arrives",
    file: NETWORK,
    from: '  if (fate === "lost") return NEVER;\n',
    to: '  if (fate === "lost" && leg !== "reply") return NEVER;\n',
    noticed: noEffect("lose reply"),
  },
  {
    name: "refused-is-let-in",
    mistake: "a refused request is carried out",
    file: SERVER,
    from: "      else if (item.refusal !== undefined) answer(host, open, item.refusal);\n",
    to: "",
    noticed: noEffect("refuse"),
  },
  {
    name: "full-etcd-stores-on",
    mistake: "an etcd whose space is used up stores on",
    file: "models/etcd/serve.ts",
    from: "work.next.spaceAlarms > 0 && takesSpace(request)",
    to: "work.next.spaceAlarms < 0",
    noticed: noEffect("fillUp"),
  },
  {
    name: "late-is-early",
    mistake: "a late message arrives in time",
    file: NETWORK,
    from: "schedule(timeline, arrival, refusal === undefined",
    to: 'schedule(timeline, leg === "watch" ? arrival : now + network.delayMs, refusal === undefined',
    noticed: noEffect("delay request"),
  },
  {
    name: "doubled-arrives-once",
    mistake: "a doubled message arrives once",
    file: NETWORK,
    from: "  if (again > 0) schedule(timeline, again, item);\n",
    to: "",
    noticed: noEffect("duplicate"),
  },
  {
    name: "leader-stays",
    mistake: "a change of leader changes nothing",
    file: fault("change-leader"),
    from: 'if (ports.etcd.mode === "serving") ports.tellEtcd({ type: "leaderChange", electionMs: forMs });',
    to: "void forMs;",
    noticed: noEffect("changeLeader"),
  },
  {
    name: "compacts-nothing",
    mistake: "a compaction compacts nothing",
    file: fault("compact"),
    from: 'ports.operate({ type: "compact", revision: Math.max(1, ports.etcd.revision - keep) })',
    to: "void [ports, keep]",
    noticed: noEffect("compact"),
  },
  {
    name: "crash-kills-nobody",
    mistake: "a crash kills nobody",
    file: fault("crash"),
    from: "begin: ({ on }, ports) => ports.kill(on),",
    to: "begin: () => undefined,",
    noticed: noEffect("crash"),
  },
  {
    name: "stop-asks-nobody",
    mistake: "a stop asks nobody",
    file: fault("stop"),
    from: "      ports.stop(on);\n",
    to: "",
    noticed: noEffect("stop"),
  },
  {
    name: "handover-asks-nobody",
    mistake: "nobody is asked to hand over",
    file: fault("hand-over"),
    from: "begin: ({ on }, ports) => ports.askToHandOver(on),",
    to: "begin: () => undefined,",
    noticed: noEffect("handOver"),
  },
  {
    name: "mute-tells",
    mistake: "muted watches tell",
    file: STRIKE,
    from: "  if (mutesWatches === true) node.watchesMuted = true;\n",
    to: "",
    noticed: noEffect("muteWatch"),
  },
  {
    name: "key-stays",
    mistake: "a deleted key stays",
    file: fault("delete-key"),
    from: 'if (key !== undefined) ports.operate({ type: "deleteRange", key });',
    to: "void key;",
    noticed: noEffect("deleteKey"),
  },
  {
    name: "clock-does-not-step",
    mistake: "a clock does not jump",
    file: fault("step-clock"),
    from: "begin: ({ byMs, on }, ports) => ports.stepClock(on, byMs),",
    to: "begin: () => undefined,",
    noticed: noEffect("stepClock"),
    runs: 6000,
  },
  {
    name: "nobody-writes",
    mistake: "other writers write nothing",
    file: fault("hammer"),
    from: 'ports.operate({ type: "put", key: KEY, value: String(ports.now) });',
    to: "",
    noticed: noEffect("hammer"),
  },
  {
    name: "never-restarted",
    mistake: "nobody starts a process again after a crash",
    file: STRIKE,
    from: "    host.beginLater(0);\n",
    to: "    void 0;\n",
    noticed: violated("nobody-in-the-dark"),
  },
  {
    name: "no-supervisor",
    mistake: "no supervisor starts a process that left",
    file: HOST,
    from: 'if (departure === "exited" && restartAfterMs !== undefined) this.beginLater(restartAfterMs);',
    to: "void restartAfterMs;",
    noticed: violated("nobody-in-the-dark"),
  },
  {
    name: "streams-never-break",
    mistake: "a broken stream is not told",
    file: SERVER,
    from: '    breakWatch(host, id, afterMs);\n    if (run.world.etcd.mode !== "down") {',
    to: '    if (run.world.etcd.mode !== "down") {',
    noticed: violated("bounded-takeover"),
  },
  {
    name: "partition-cuts-one-way",
    mistake: "a partition lets through what etcd says",
    file: fault("partition"),
    from: 'fromEtcd: direction !== "toEtcd" }',
    to: "fromEtcd: false }",
    noticed: noEffect("partition fromEtcd"),
  },
  {
    name: "partition-lets-requests-through",
    mistake: "a partition lets requests through",
    file: fault("partition"),
    from: 'toEtcd: direction !== "fromEtcd",',
    to: "toEtcd: false,",
    noticed: noEffect("partition toEtcd"),
  },
  {
    name: "entries-cost-nothing",
    mistake: "a preparation takes no longer, the more metadata were loaded",
    file: "src/simulation/coordinator-process.ts",
    from: "activationMs + perEntryMs * this.#loaded",
    to: "activationMs + 0 * perEntryMs * this.#loaded",
    noticed: witness("bounded-activation", "laden"),
  },
  {
    name: "renews-rarely",
    mistake: "renews when most of the TTL is over",
    file: TIMING,
    from: "renewEveryMs: Math.floor(ttlMs / 3),",
    to: "renewEveryMs: Math.floor(ttlMs / 1.3),",
    noticed: violated("no-causeless-takeover"),
    runs: 2500,
  },
  {
    name: "order-as-arranged",
    mistake:
      "simultaneous things happen in the order in which they were arranged, whatever the scheduler answers",
    file: "src/simulation/simulation.ts",
    from: "          ] as Item);\n",
    to: "          ] as Item) && first;\n",
    noticed: noEffect("order"),
  },
  {
    name: "no-jitter-added",
    mistake: "a back-off takes no jitter, whatever the scheduler answers",
    file: HOST,
    from: "            jitterMs) /\n          (JITTER_STEPS - 1)",
    to: "            0) /\n          (JITTER_STEPS - 1)",
    noticed: noEffect("jitter"),
  },
];
