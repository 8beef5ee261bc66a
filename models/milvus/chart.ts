/**
 * Milvus' election as edits of the shipped chart: what one release did, state by state.
 *
 * A panic and `os.Exit` both lead to `exited`; whether the process comes back is its supervisor's matter. A lost lease is
 * noticed where `LivenessCheck` looks: once activation is over, never in standby or while activating (until 2.6.7).
 *
 * Not modelled: `Stop` waiting for work under way before the process leaves (2.2, 2.3), the etcd client's 500 ms grid for
 * renewals, and activation that needs other coordinators.
 */
import { stateIn } from "xstate";
import {
  after,
  stateAt,
  deafTo,
  edited,
  FOR_EVER_MS,
  ignore,
  neverAsksForItsKey,
  on,
  type ChartConfig,
} from "../edits.ts";
import type { Timing } from "../timing.ts";
import type { Variant } from "../variant.ts";
import type { Keepalive, Ways } from "./ways.ts";

const EXITED = "#election.exited";
const STANDBY = "member.role.standby";
const HOLDING = "member.role.holding";

const request = (kind: string) => ({ type: "request", params: { kind } });
const watch = { type: "watch", params: { kind: "role" } };
const unwatch = { type: "unwatch", params: { kind: "role" } };
const announce = (milestone: string) => ({ type: "announce", params: { milestone } });
const lost = (reason: string, target = EXITED) => ({
  target,
  actions: { type: "announce", params: { milestone: "lost", reason } },
});

/** How long a process goes on after its keepalive channel has closed, if nothing answers. */
const GRACE_MS: Readonly<Record<Keepalive, (timing: Timing) => number>> = {
  closes: () => 0,
  hangs: () => FOR_EVER_MS,
  // Three attempts of 5 s, or of 10 s, and the pauses between them.
  loops: () => 16_000,
  retries: () => 31_000,
  exits: ({ ttlMs }) => ttlMs,
};

const delaysOf =
  ({ keepalive }: Ways) =>
  (timing: Timing): ChartConfig => ({
    // Nothing in Milvus asks whether the lease is still good before it serves or writes.
    claimEnds: FOR_EVER_MS,
    // The client's deadline counts from the reply and is looked at once a second (client/v3/lease.go).
    channelCloses: timing.ttlMs + 1000,
    graceEnds: GRACE_MS[keepalive](timing),
    reviveAgain: 200,
    campaignAgain: 100,
    streamResumes: 100,
  });

/** The chart of one release. */
export function chartOf(ways: Ways): Variant["createChart"] {
  return edited((chart) => {
    register(chart);
    keepAlive(chart, ways.keepalive);
    standBy(chart, ways);
    if (ways.purgesOwnAddress) purge(chart);
    hold(chart, ways);
    leave(chart);
  }, delaysOf(ways));
}

/** Server id, lease and session key. `retry.Do`, thirty times from 200 ms to 3 s, is what the shipped chart has for outruns. */
function register(chart: ChartConfig): void {
  const allocating = stateAt(chart, "allocating");
  const states = allocating["states"] as ChartConfig;
  const reading = { target: "reading" };
  states["ensuring"] = {
    entry: request("claimId"),
    on: { "id.failed": reading, "id.claimed": reading, "id.contested": reading },
  };
  allocating["initial"] = "ensuring";
  // Asked again without a pause (D9); an error is a panic.
  on(stateAt(chart, "allocating.reading"), "id.contested", { target: "reading", reenter: true });
  for (const asking of ["reading", "claiming"])
    on(stateAt(chart, `allocating.${asking}`), "id.failed", EXITED);

  const again = { target: "#election.granting.pausing" };
  const pausing = stateAt(chart, "granting.pausing");
  pausing["entry"] = "countAttempt";
  pausing["after"] = {
    exclusiveRetry: [{ guard: "exclusiveAttemptsLeft", target: "asking" }, { target: EXITED }],
  };
  // The whole registration is tried again, with a new lease; the old one is not given back (D7, D8).
  const enrolling = stateAt(chart, "member.session.enrolling");
  on(enrolling, "session.failed", again);
  on(enrolling, "session.taken", again);
  const watched = stateAt(chart, "member.session.watched");
  watched["entry"] = [announce("registered"), "forgetAttempts"];
  delete watched["exit"];
}

function keepAlive(chart: ChartConfig, keepalive: Keepalive): void {
  const held = stateAt(chart, "member.lease.held");
  const lease = stateAt(chart, "member.lease")["states"] as ChartConfig;
  const tells = keepalive === "exits";
  const gone = tells ? lost("lease gone") : "closed";
  const given = keepalive === "closes" ? "closed" : "reviving";
  after(held, "channelCloses", given);
  // A reply with TTL 0 closes the channel at once, and what is tried then finds no lease.
  on(held, "lease.gone", gone);
  lease["reviving"] = {
    initial: "asking",
    after: { graceEnds: gone },
    on: {
      "lease.gone": gone,
      "lease.renewed": keepalive === "loops" ? { target: "reviving", reenter: true } : "held",
    },
    states: {
      asking: {
        entry: request("renew"),
        on: { "lease.refused": "pausing", "lease.unanswered": "pausing" },
      },
      pausing: { after: { reviveAgain: "asking" } },
    },
  };
  const closed: ChartConfig = { id: "leaseClosed" };
  ignore(closed, "lease.gone");
  lease["closed"] = closed;
}

function standBy(chart: ChartConfig, { asksForOldSessions, deafToStop, panicsOnError }: Ways): void {
  const standby = stateAt(chart, STANDBY);
  // Nobody listens here: not to the lease's end (F01, F02), not to the end of a session key, before 2.3.14 not to SIGTERM.
  ignore(standby, "session.deleted", "session.taken");
  if (deafToStop) ignore(standby, "stop");
  const again = panicsOnError ? EXITED : "pausing";
  const campaigning = stateAt(chart, `${STANDBY}.campaigning`);
  on(campaigning, "role.unknown", again);
  on(campaigning, "role.refused", again);
  stateAt(chart, `${STANDBY}.pausing`)["after"] = { campaignAgain: "campaigning" };

  const watching = stateAt(chart, `${STANDBY}.watching`);
  on(watching, "role.unconfirmed", "campaigning");
  deafTo(watching, "role.unwatched");
  watching["entry"] = announce("watching");
  delete watching["exit"];
  // The client opens a broken watch again from where it was. No question from time to time.
  watching["initial"] = "open";
  watching["states"] = {
    open: { entry: watch, exit: unwatch, on: { "role.unwatched": "resuming" } },
    resuming: { after: { streamResumes: "open" } },
  };

  if (!asksForOldSessions) return;
  const states = standby["states"] as ChartConfig;
  states["beginning"] = {
    always: [{ guard: "activeStandby", target: "inquiring" }, { target: "campaigning" }],
  };
  states["inquiring"] = {
    entry: request("confirm"),
    on: { "role.confirmed": "campaigning", "role.lost": "pausing" },
  };
  standby["initial"] = "beginning";
  stateAt(chart, `${STANDBY}.pausing`)["after"] = { campaignAgain: "beginning" };
  on(watching, "role.unconfirmed", "inquiring");
  on(watching, "role.deleted", { target: "inquiring", actions: announce("vacancy") });
}

/** `handleRestart`: a key of the own address is taken for one's own, left from before a restart, and deleted by name. */
function purge(chart: ChartConfig): void {
  const outrun = stateAt(chart, `${STANDBY}.outrun`);
  outrun["initial"] = "looking";
  outrun["states"] = {
    looking: {
      entry: request("confirm"),
      on: { "role.confirmed": "purging", "role.lost": "waiting", "role.unconfirmed": "waiting" },
    },
    purging: { entry: request("enroll"), on: { "session.failed": "waiting" } },
    waiting: {
      after: {
        exclusiveRetry: [
          { guard: "exclusiveAttemptsLeft", target: `#election.${STANDBY}.campaigning` },
          { target: EXITED },
        ],
      },
    },
  };
  delete outrun["after"];
}

function hold(chart: ChartConfig, { keepalive, reloads, watchesOwnKey }: Ways): void {
  const key = stateAt(chart, `${HOLDING}.key`);
  const states = key["states"] as ChartConfig;
  // Only after activation, and only from the revision found then (D4, D5).
  key["initial"] = "unwatched";
  states["unwatched"] = watchesOwnKey ? { on: { prepared: "confirming" } } : {};
  neverAsksForItsKey(chart);
  on(stateAt(chart, `${HOLDING}.key.watched`), "role.unwatched", "resuming");
  on(stateAt(chart, `${HOLDING}.key.watched`), "role.unconfirmed", "confirming");
  states["resuming"] = { after: { streamResumes: "watched" } };
  stateAt(chart, `${HOLDING}.key.pausing`)["after"] = { reviveAgain: "confirming" };

  ignore(stateAt(chart, HOLDING), "session.deleted", "session.taken");
  for (const ask of ["handover.asked", "unhealthy"]) deafTo(stateAt(chart, HOLDING), ask);
  const activating = stateAt(chart, `${HOLDING}.service.activating`);
  // However long it takes.
  delete activating["after"];
  // What a standby had read at its start is modelled as nothing.
  if (!reloads) activating["initial"] = "preparing";
  for (const [state, failed] of [
    ["reloading", "metadata.failed"],
    ["preparing", "unprepared"],
  ] as const)
    on(stateAt(activating, state), failed, lost("activation failed"));
  if (keepalive === "exits") return;
  stateAt(chart, `${HOLDING}.service.active`)["always"] = {
    guard: stateIn("#leaseClosed"),
    ...lost("lease gone"),
  };
}

/** Whatever was lost, the process ends and gives nothing back. A stop revokes once, and calls that a success (D13). */
function leave(chart: ChartConfig): void {
  const states = chart["states"] as ChartConfig;
  states["losing"] = { always: EXITED };
  on(stateAt(chart, "stopping.revoking"), "lease.kept", "#election.stopped");
}
