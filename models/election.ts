/**
 * The election: how one coordinator registers, campaigns, waits, serves and leaves.
 *
 * This chart holds what *decides*. What *identifies* (server ids, lease ids, revisions, the fencing token) lives in the
 * driver's ledger (`src/election`), which turns the requests below into etcd's and etcd's replies into the events below.
 * So the chart's states are few and repeat, and the same chart runs in production and in simulation.
 *
 * Read it from the top: a server id, a lease, then membership. Membership is three things at once: keeping the
 * **lease**, keeping one's **session** key, and playing a **role**. A coordinator that loses its lease in any of the
 * role's states leaves membership as a whole, and whatever it was doing stops first.
 */
import { assign, setup } from "xstate";
import {
  RETRY_TIMES,
  type ElectionContext,
  type ElectionEvent,
  type ElectionSettings,
  type LossReason,
  type Milestone,
  type RequestKind,
  type WatchKind,
} from "./election-vocabulary.ts";
import { MOST_SETBACKS, REVOKE_ATTEMPTS, setbackPauseMs, type Timing } from "./timing.ts";

export * from "./election-vocabulary.ts";

const EXCLUSIVE_FIRST_PAUSE_MS = 200;
const EXCLUSIVE_LONGEST_PAUSE_MS = 3000;

const request = (kind: RequestKind) => ({ type: "request", params: { kind } }) as const;
const watch = (kind: WatchKind) => ({ type: "watch", params: { kind } }) as const;
const unwatch = (kind: WatchKind) => ({ type: "unwatch", params: { kind } }) as const;
const announce = (milestone: Milestone) => ({ type: "announce", params: { milestone } }) as const;

/** Leaves membership as a whole: what was served stops (its exit actions), then the reason is told. */
const lose = (reason: LossReason) =>
  ({
    target: "#election.losing",
    actions: { type: "announce", params: { milestone: "lost", reason } },
  }) as const;

/** The same of one that won the role and could keep it: another must get its turn, so it stays away, longer each time. */
const yieldTo = (reason: LossReason, count: "countSetback" | "countMostSetbacks" = "countSetback") =>
  ({ target: "#election.losing.yielding", actions: [lose(reason).actions, count] }) as const;

/** It is of no use in the role: as any loss, this ends a process whose settings say so. */
const setBack = (reason: LossReason, count?: "countMostSetbacks") =>
  [{ guard: "exitsAfterLoss", ...lose(reason) }, yieldTo(reason, count)] as const;

/**
 * The chart of one coordinator with its timing and settings.
 *
 * Its effects are the five actions `request`, `watch`, `unwatch`, `announce` and `forget`, and xstate's delayed transitions; the
 * implementations do nothing, `models/compile-chart` reads them from the result of the pure `transition`.
 */
export function createElectionChart(timing: Timing, settings: ElectionSettings) {
  return setup({
    types: {
      context: {} as ElectionContext,
      events: {} as ElectionEvent,
    },
    actions: {
      request: (_, _params: { readonly kind: RequestKind }) => undefined,
      watch: (_, _params: { readonly kind: WatchKind }) => undefined,
      unwatch: (_, _params: { readonly kind: WatchKind }) => undefined,
      announce: (_, _params: { readonly milestone: Milestone; readonly reason?: LossReason }) => undefined,
      /** A new membership begins: no identity of the last one may be mistaken for it. */
      forget: () => undefined,
      countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
      forgetAttempts: assign({ attempts: 0 }),
      countSetback: assign({ setbacks: ({ context }) => Math.min(context.setbacks + 1, MOST_SETBACKS) }),
      countMostSetbacks: assign({ setbacks: MOST_SETBACKS }),
      forgetSetbacks: assign({ setbacks: 0 }),
    },
    guards: {
      activeStandby: () => settings.activeStandby,
      exclusive: () => !settings.activeStandby,
      exitsAfterLoss: () => settings.afterLoss === "exit",
      exclusiveAttemptsLeft: ({ context }) => context.attempts < (settings.retryTimes ?? RETRY_TIMES),
      revokeAttemptsLeft: ({ context }) => context.attempts < REVOKE_ATTEMPTS - 1,
    },
    delays: {
      // Both count from the *sending* of the request that etcd answered: the lease is at least as young as that.
      renewDue: ({ event }) => Math.max(0, timing.renewEveryMs - elapsedMs(event)),
      claimEnds: ({ event }) => Math.max(0, timing.claimMs - elapsedMs(event)),
      renewRetry: timing.renewRetryMs,
      recheck: timing.recheckMs,
      // The driver adds jitter, up to `timing.backOffJitterMs`...
      backOff: timing.backOffMs,
      // ...and here doubles it for each refusal in a row: `refusedPauseMs`.
      askAgain: timing.backOffMs,
      activationLimit: timing.activationLimitMs,
      setbackPause: ({ context }) => setbackPauseMs(timing, context.setbacks),
      exclusiveRetry: ({ context }) =>
        Math.min(
          EXCLUSIVE_FIRST_PAUSE_MS * 2 ** Math.max(0, context.attempts - 1),
          EXCLUSIVE_LONGEST_PAUSE_MS,
        ),
    },
  }).createMachine({
    id: "election",
    context: { attempts: 0, setbacks: 0 },
    initial: "allocating",
    on: { stop: ".stopping" },
    states: {
      allocating: {
        description: "A server id of one's own, by compare-and-swap on the shared counter.",
        initial: "reading",
        entry: ["forget", announce("starting"), "forgetAttempts"],
        states: {
          reading: { entry: request("readId"), on: { "id.read": "claiming", "id.failed": "pausing" } },
          claiming: {
            entry: request("claimId"),
            on: {
              "id.claimed": { target: "#election.granting", actions: announce("identified") },
              // Whoever contested it got through, so asking again at once cannot go on for ever.
              "id.contested": "reading",
              // Unknown: the swap may have happened. Reading again can only skip an id, never share one.
              "id.failed": "pausing",
            },
          },
          pausing: { after: { askAgain: "reading" } },
        },
      },

      granting: {
        description: "A lease. An unanswered grant may leave an orphan, which holds no key and runs out.",
        initial: "asking",
        states: {
          asking: {
            entry: request("grant"),
            on: {
              "lease.granted": "#election.member",
              "lease.refused": "pausing",
              "lease.unanswered": "pausing",
              // The answer is waited for: a lease that was granted must be given back.
              stop: "#election.stopping.granting",
            },
          },
          pausing: { after: { askAgain: "asking" } },
        },
      },

      member: {
        description: "Alive in etcd. Ends as a whole when the lease, the session key or the role is lost.",
        type: "parallel",
        on: {
          "lease.gone": lose("lease gone"),
          "session.deleted": lose("session key deleted"),
          "session.taken": lose("server id taken"),
          fenced: lose("write refused"),
        },
        states: {
          lease: {
            initial: "held",
            states: {
              // The deadline stands on `held`, around renewing: a renewal under way does not stop the clock.
              held: {
                initial: "resting",
                after: { claimEnds: lose("claim ended") },
                on: { "lease.renewed": { target: "held", reenter: true } },
                states: {
                  resting: { after: { renewDue: "renewing" } },
                  renewing: {
                    entry: request("renew"),
                    on: { "lease.refused": "retrying", "lease.unanswered": "retrying" },
                  },
                  retrying: { after: { renewRetry: "renewing" } },
                },
              },
            },
          },

          session: {
            initial: "beginning",
            states: {
              beginning: { always: [{ guard: "activeStandby", target: "enrolling" }, { target: "unused" }] },
              enrolling: {
                entry: request("enroll"),
                on: {
                  "session.registered": "watched",
                  // Whoever holds the role hands it over; whoever does not has nothing to hand over.
                  "handover.asked": "watched",
                  "session.failed": "pausing",
                },
              },
              watched: {
                entry: [announce("registered"), watch("session")],
                exit: unwatch("session"),
                on: { "session.unwatched": "pausing" },
              },
              // Enrolling again tells whether the key is still there and from which revision to watch on.
              pausing: { after: { askAgain: "enrolling" } },
              unused: { description: "HA off: the active key is the only key." },
            },
          },

          role: {
            initial: "waiting",
            states: {
              waiting: {
                always: { guard: "exclusive", target: "standby" },
                on: { "session.registered": "standby", "handover.asked": "standby" },
              },
              standby: {
                initial: "campaigning",
                entry: announce("standby"),
                states: {
                  campaigning: {
                    entry: [announce("campaigning"), request("campaign")],
                    on: {
                      "role.won": "#election.member.role.holding",
                      "role.held": [{ guard: "activeStandby", target: "watching" }, { target: "outrun" }],
                      // Unknown: it may have been won. Asking again tells, by the transaction's else branch.
                      "role.unknown": "pausing",
                      "role.refused": "pausing",
                    },
                  },
                  watching: {
                    initial: "waiting",
                    entry: [announce("watching"), watch("role")],
                    exit: unwatch("role"),
                    on: {
                      "role.deleted": { target: "campaigning", actions: announce("vacancy") },
                      "role.unwatched": "pausing",
                    },
                    states: {
                      waiting: { after: { recheck: "checking" } },
                      // A watch can be silent though its key is gone: a member cut off from its leader, a deletion
                      // compacted away (docs/simulated-etcd.md). So ask from time to time.
                      checking: {
                        entry: request("campaign"),
                        on: {
                          "role.won": "#election.member.role.holding",
                          "role.held": "waiting",
                          // It may have been won, and then nobody else can.
                          "role.unknown": "#election.member.role.standby.pausing",
                          // Whether anybody has the role is as open as before.
                          "role.refused": "#election.member.role.standby.pausing",
                        },
                      },
                    },
                  },
                  pausing: { after: { askAgain: "campaigning" } },
                  outrun: {
                    description: "HA off and the role is taken: try again as Milvus does, then give up.",
                    entry: [announce("outrun"), "countAttempt"],
                    after: {
                      exclusiveRetry: [
                        { guard: "exclusiveAttemptsLeft", target: "campaigning" },
                        { target: "#election.stopping", actions: announce("gaveUp") },
                      ],
                    },
                  },
                },
              },

              holding: {
                description: "The active key is ours; its create revision is the fencing token.",
                type: "parallel",
                entry: announce("won"),
                on: {
                  "role.deleted": lose("active key lost"),
                  "role.lost": lose("active key lost"),
                  // Asked by an operator, so it is no loss that a supervisor should see: it comes back, whatever "afterLoss" says.
                  "handover.asked": yieldTo("handed over"),
                  // It once could, and can no more: the longest pause at once.
                  unhealthy: setBack("unhealthy", "countMostSetbacks"),
                },
                states: {
                  key: {
                    initial: "watched",
                    states: {
                      watched: {
                        initial: "waiting",
                        entry: watch("role"),
                        exit: unwatch("role"),
                        on: { "role.unwatched": "pausing" },
                        states: {
                          // A renewal shows that the lease is there, not that the key is: under a watch that is silent, or
                          // waits for revisions that a restored etcd has yet to come to, it may be another's. So ask.
                          waiting: { on: { "lease.renewed": "checking" } },
                          checking: {
                            entry: request("confirm"),
                            on: { "role.confirmed": "waiting", "role.unconfirmed": "waiting" },
                          },
                        },
                      },
                      pausing: { after: { askAgain: "confirming" } },
                      confirming: {
                        entry: request("confirm"),
                        on: { "role.confirmed": "watched", "role.unconfirmed": "pausing" },
                      },
                    },
                  },
                  service: {
                    initial: "activating",
                    states: {
                      // A winner that cannot load or prepare is as good as dead, and its lease would hide it for ever.
                      activating: {
                        initial: "reloading",
                        after: { activationLimit: setBack("activation timed out") },
                        states: {
                          reloading: {
                            description: "Page by page, at one revision.",
                            entry: request("reload"),
                            on: {
                              "metadata.page": { target: "reloading", reenter: true },
                              "metadata.loaded": "preparing",
                              "metadata.failed": "pausing",
                            },
                          },
                          pausing: { after: { backOff: "reloading" } },
                          preparing: {
                            entry: announce("prepare"),
                            on: {
                              prepared: "#election.member.role.holding.service.active",
                              unprepared: setBack("activation failed"),
                            },
                          },
                        },
                      },
                      active: { entry: [announce("active"), "forgetSetbacks"], exit: announce("deposed") },
                    },
                  },
                },
              },
            },
          },
        },
      },

      losing: {
        description:
          "No longer a member. The lease is given back so that nobody waits for it; then leave or begin anew.",
        initial: "releasing",
        states: {
          releasing: {
            entry: request("revoke"),
            on: { "lease.released": "released", "lease.kept": "released" },
          },
          released: {
            always: [{ guard: "exitsAfterLoss", target: "#election.exited" }, { target: "pausing" }],
          },
          // Of one that could keep what it gives back. Any other loss is no reason to stay away, also for one that has done so before.
          yielding: {
            entry: request("revoke"),
            on: { "lease.released": "stayingAway", "lease.kept": "stayingAway" },
          },
          stayingAway: { after: { setbackPause: "#election.allocating" } },
          pausing: { after: { backOff: "#election.allocating" } },
        },
      },

      stopping: {
        description:
          "Asked to stop: the revoke deletes every key of ours at once, so that a standby takes over now.",
        initial: "revoking",
        entry: [announce("stopping"), "forgetAttempts"],
        on: { stop: undefined },
        states: {
          revoking: {
            entry: request("revoke"),
            on: {
              "lease.released": "#election.stopped",
              "lease.kept": [
                { guard: "revokeAttemptsLeft", target: "pausing", actions: "countAttempt" },
                { target: "#election.leaseKept" },
              ],
            },
          },
          pausing: { after: { backOff: "revoking" } },
          granting: {
            on: {
              "lease.granted": "revoking",
              "lease.refused": "#election.stopped",
              "lease.unanswered": "#election.leaseKept",
            },
          },
        },
      },

      stopped: { type: "final", entry: announce("stopped") },
      leaseKept: {
        description: "Stopped, but the lease could not be given back, or nobody knows whether there is one.",
        type: "final",
        entry: announce("leaseKept"),
      },
      exited: { type: "final", entry: announce("exited") },
    },
  });
}

function elapsedMs(event: ElectionEvent): number {
  return "elapsedMs" in event ? event.elapsedMs : 0;
}
