/**
 * The simulated etcd: one server's view of a store, its leases and its watches, as a reducer over plain data.
 *
 * `etcd/modes.ts` says how the server stands and what that changes; {@link stepEtcd} turns an input into the next state
 * and what the server sends. `docs/simulated-etcd.md` lists what it does as etcd does, by version, and what it leaves out.
 */
import { expiredLeases, createLessor, nextScanMs, promote } from "./etcd/lessor.ts";
import { takeAtMember, takeUp, tickMembers } from "./etcd/at-member.ts";
import {
  breakAllWatches,
  changeStatus,
  createCluster,
  dropConnection,
  elect,
  hasLeader,
  MEMBER_ELECTION_MS,
  memberAt,
  leadershipOf,
  turnBefore,
} from "./etcd/members.ts";
import { revoke, serve } from "./etcd/serve.ts";
import { MODE_TABLE, type ModeAction, type ModeEvent } from "./etcd/modes.ts";
import type {
  ClientInput,
  Etcd,
  EtcdInput,
  SimulatedEtcdOptions,
  EtcdOutput,
  StoreChange,
  Work,
} from "./etcd/types.ts";
import { restoreOlder } from "./etcd/restored.ts";
import { letWait } from "./etcd/needs.ts";
import { failOverdue, noticedLossMs, releaseWaiting, waitForLeader } from "./etcd/waiting.ts";
import { DEFAULT_ETCD_OPTIONS } from "./etcd/default-options.ts";
import { endRounds, isLostWithLeader, knowFailure, loseRequest } from "./etcd/lost-requests.ts";
import { watchesEndMs } from "./etcd/next-tick.ts";
import { breakWatches, cancelWatch, createWatchers } from "./etcd/watch.ts";
import { notifyProgress, openWatch, requestProgress, syncWatchers } from "./etcd/watch.ts";
import {
  dissolve,
  forgetStranded,
  isStranded,
  receiveStale,
  rejoin,
  strandLeases,
} from "./etcd/stale-leader.ts";
import { ERRORS } from "./store/errors.ts";
import { validate } from "./store/validate.ts";
import { reply } from "./etcd/serve.ts";
import { createStore } from "./store.ts";

export type {
  Etcd,
  EtcdInput,
  EtcdOutput,
  MemberStatus,
  Mode,
  SimulatedEtcdOptions,
  StoreChange,
} from "./etcd/types.ts";
export { isPassedOn } from "./etcd/at-member.ts";
export { clientOfConnection, connectionTo, isUnserved, memberOf } from "./etcd/members.ts";
export { nextTickMs } from "./etcd/next-tick.ts";
export { isStranded } from "./etcd/stale-leader.ts";
export { isVersion, VERSION_PATTERN, type EtcdVersion } from "./etcd/release.ts";

/** A fresh server, or several members, with a leader, started at instant 0 of its own clock. */
export function createEtcd(options: Partial<SimulatedEtcdOptions> = {}, members = 1): Etcd {
  return {
    options: { ...DEFAULT_ETCD_OPTIONS, ...options },
    mode: "serving",
    stallEndsMs: 0,
    leaderLostMs: 0,
    electionEndsMs: 0,
    raftTerm: 2,
    store: createStore(),
    lessor: createLessor(0),
    watchers: createWatchers(),
    waiting: [],
    stale: null,
    spaceAlarms: 0,
    cluster: members === 1 ? null : createCluster(members),
  };
}

/** What one input led to. */
export interface EtcdStep {
  readonly etcd: Etcd;
  readonly outputs: readonly EtcdOutput[];
  /** Every key that changed, in order. */
  readonly changes: readonly StoreChange[];
}

/**
 * One step. `nowMs` is the server's own monotonic clock and must not go back. A `tick` is due at {@link nextTickMs};
 * whoever drives this decides whether it comes before or after another input of the same instant.
 */
export function stepEtcd(etcd: Etcd, input: EtcdInput, nowMs: number): EtcdStep {
  const work: Work = { next: copyOf(etcd), outputs: [], changes: [], nowMs };
  switch (input.type) {
    case "request":
    case "watch":
    case "cancelWatch":
    case "watchProgress":
      if (isStranded(etcd, input.client)) receiveStale(work, input);
      else take(work, input);
      break;
    case "disconnect":
      dropConnection(work, input.client);
      forgetStranded(work, input.client);
      if (etcd.waiting.length > 0)
        work.next.waiting = etcd.waiting.filter((waiting) => waiting.input.client !== input.client);
      break;
    case "tick":
      tick(work);
      break;
    case "leaderChange":
      change(work, "leaderLost", input.electionMs);
      break;
    case "moveLeader":
      if (etcd.mode !== "serving" || etcd.cluster === null) break;
      change(work, "leaderLost", 0);
      work.next.cluster = turnBefore(etcd.cluster, input.member);
      change(work, "leaderElected", 0);
      break;
    case "strand":
      if (etcd.mode !== "serving") break;
      strandLeases(work, input.client);
      if (etcd.stale === null) change(work, "leaderLost", input.electionMs);
      break;
    case "rejoin":
      rejoin(work, (waiting) => take(work, waiting));
      break;
    case "member":
      changeStatus(work, input.member, input.status);
      settleMembers(work);
      takeUp(work, input.member, (held) => take(work, held));
      if (work.next.mode === "serving") releaseLed(work);
      break;
    case "stall":
      change(work, "stall", input.forMs);
      break;
    case "alarm":
      work.next.spaceAlarms = Math.max(0, etcd.spaceAlarms + (input.raised ? 1 : -1));
      break;
    case "crash":
      change(work, "crash", 0);
      break;
    case "goBack":
      if (etcd.mode === "down") restoreOlder(work, input.by, input.ttlSeconds);
      break;
    case "restart":
      change(work, "restart", input.electionMs ?? etcd.options.restartElectionMs);
      break;
  }
  return { etcd: work.next, outputs: work.outputs, changes: work.changes };
}

/** A client's input, at the member that it reaches where there are several. */
function take(work: Work, input: ClientInput): void {
  if (work.next.cluster === null) receive(work, input);
  else takeAtMember(work, input, (one) => receive(work, one));
}

function copyOf(etcd: Etcd): Work["next"] {
  return {
    options: etcd.options,
    mode: etcd.mode,
    stallEndsMs: etcd.stallEndsMs,
    leaderLostMs: etcd.leaderLostMs,
    electionEndsMs: etcd.electionEndsMs,
    raftTerm: etcd.raftTerm,
    store: etcd.store,
    lessor: etcd.lessor,
    watchers: etcd.watchers,
    waiting: etcd.waiting,
    stale: etcd.stale,
    spaceAlarms: etcd.spaceAlarms,
    cluster: etcd.cluster,
  };
}

function receive(work: Work, input: ClientInput): void {
  const { mode } = work.next;
  const { nowMs } = work;
  if (mode === "down") return;
  if (mode === "stalled" || mode === "stalledElecting")
    return letWait(work, { input, until: "thaw", deadlineMs: 0 });
  switch (input.type) {
    case "request": {
      const refused = validate(input.request);
      if (refused !== null) reply(work, input, refused);
      else if (mode === "serving") serve(work, input);
      else if (nowMs < noticedLossMs(work.next) && isLostWithLeader(work.next, input))
        loseRequest(work, input);
      else waitForLeader(work, input);
      break;
    }
    case "watch":
      // Of several members each knows by itself whether it has a leader.
      if (work.next.cluster === null && input.hasLeader === true && nowMs >= noticedLossMs(work.next)) {
        const { code, message } = ERRORS.noLeader;
        work.outputs.push({
          type: "watchesBroken",
          client: input.client,
          stream: input.stream ?? 0,
          code,
          message,
        });
      } else openWatch(work, input);
      break;
    case "cancelWatch":
      cancelWatch(work, input.client, input.stream ?? 0, input.watchId);
      break;
    case "watchProgress":
      requestProgress(work, input.client, input.stream ?? 0);
      break;
  }
}

function tick(work: Work): void {
  const { next, nowMs } = work;
  if (next.mode.startsWith("stalled") && nowMs >= next.stallEndsMs) change(work, "thaw", 0);
  settleMembers(work);
  if (next.mode === "electing" && nowMs >= next.electionEndsMs) change(work, "leaderElected", 0);
  if (next.mode !== "serving" && next.mode !== "electing") return;
  failOverdue(work);
  tickMembers(work);
  const { watchers } = next;
  if (nowMs >= watchesEndMs(next)) breakWatches(work, ERRORS.noLeader.message, true);
  if (watchers.syncAtMs > 0 && nowMs >= watchers.syncAtMs) syncWatchers(work);
  if (watchers.progressAtMs > 0 && nowMs >= watchers.progressAtMs) notifyProgress(work);
  if (next.mode === "serving" && nowMs >= nextScanMs(next.lessor, next.options)) scanLeases(work);
}

function scanLeases(work: Work): void {
  const { next, nowMs } = work;
  const expired = expiredLeases(next.lessor, nowMs, next.options.leaseScanLimit);
  for (const lease of expired) revoke(work, lease, { cause: "expiry", lease: lease.id });
  next.lessor = { ...next.lessor, lastScanMs: nowMs };
}

/** Takes the chart's step and does what it says. An event that the mode ignores does nothing. */
function change(work: Work, event: ModeEvent, forMs: number): void {
  const { next, nowMs } = work;
  const before = next.mode;
  const { actions, next: mode } = MODE_TABLE[before][event];
  if (mode === before && event !== "leaderLost" && event !== "stall") return;
  next.mode = mode;
  if (event === "stall" && mode.startsWith("stalled"))
    next.stallEndsMs = Math.max(next.stallEndsMs, nowMs + forMs);
  if (event === "thaw" || event === "crash") next.stallEndsMs = 0;
  if (mode === "electing" && (event === "leaderLost" || event === "restart")) {
    next.electionEndsMs = Math.max(next.electionEndsMs, nowMs + forMs);
  }
  for (const action of actions) perform(work, action);
}

/** What waited for a leader is answered, as far as there is one for whom it reached. */
function releaseLed(work: Work): void {
  const { next } = work;
  if (next.options.losesWithLeader) endRounds(work, (client) => hasLeader(next, client));
  releaseWaiting(
    work,
    "leader",
    (input) => take(work, input),
    ({ client }) => hasLeader(next, client),
  );
}

/** Whether the members have a leader follows from how they stand; each election takes its time. */
function settleMembers(work: Work): void {
  const { next, nowMs } = work;
  const { cluster } = next;
  if (cluster === null) return;
  const leadership = leadershipOf(next);
  const electionMs = leadership === "without quorum" ? Infinity : MEMBER_ELECTION_MS;
  if (next.mode === "serving" && leadership !== "led") {
    const { down, frozen, cut } = memberAt(next, cluster.leader).status;
    next.cluster = { ...cluster, silent: !down && (frozen || cut) };
    change(work, "leaderLost", electionMs);
  } else if (next.mode === "electing") {
    if (leadership === "without quorum") next.electionEndsMs = Infinity;
    else if (next.electionEndsMs === Infinity) next.electionEndsMs = nowMs + electionMs;
  }
}

function perform(work: Work, action: ModeAction): void {
  const { next, nowMs } = work;
  switch (action) {
    case "loseLeader":
      next.leaderLostMs = nowMs;
      releaseWaiting(work, "revoke", (input) => take(work, input));
      break;
    case "followLeader":
      next.raftTerm++;
      next.leaderLostMs = 0;
      next.electionEndsMs = 0;
      next.lessor = promote(next.lessor, next.options, nowMs);
      elect(next);
      if (next.options.losesWithLeader) knowFailure(work);
      releaseLed(work);
      break;
    case "answerWaiting":
      releaseWaiting(work, "thaw", (input) => take(work, input));
      break;
    case "dropClients":
      dissolve(work);
      breakAllWatches(work);
      next.waiting = [];
      next.leaderLostMs = 0;
      next.electionEndsMs = 0;
      break;
    case "startLessor":
      next.lessor = { ...next.lessor, scanOriginMs: nowMs, lastScanMs: nowMs };
      break;
  }
}
