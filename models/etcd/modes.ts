/** How the simulated server stands, as a chart: serving, without a leader, stalled, down; and what each change asks for. */
import { setup } from "xstate";
import { tabulate } from "./table.ts";
import type { Mode } from "./types.ts";

export type ModeEvent = "leaderLost" | "leaderElected" | "stall" | "thaw" | "crash" | "restart";
export type ModeAction = "loseLeader" | "followLeader" | "answerWaiting" | "dropClients" | "startLessor";

export const modeChart = setup({
  types: { events: {} as { type: ModeEvent } },
  actions: {
    /** Nobody's lease runs out any more; renewals that waited for a revocation now wait for a leader. */
    loseLeader: () => {},
    /** A new term: every lease is extended, and what waited for a leader is answered. */
    followLeader: () => {},
    /** What arrived during the stall is taken up. */
    answerWaiting: () => {},
    /** Connections end: watches break, requests under way are never answered. */
    dropClients: () => {},
    /** The lease scans begin anew, in a phase of their own. */
    startLessor: () => {},
  },
}).createMachine({
  id: "etcd",
  initial: "up",
  states: {
    up: {
      initial: "serving",
      on: { crash: { target: "down", actions: "dropClients" } },
      states: {
        serving: {
          on: { leaderLost: { target: "electing", actions: "loseLeader" }, stall: "stalled" },
        },
        electing: {
          on: {
            leaderElected: { target: "serving", actions: "followLeader" },
            leaderLost: "electing",
            stall: "stalledElecting",
          },
        },
        stalled: {
          on: { thaw: { target: "serving", actions: "answerWaiting" }, stall: "stalled" },
        },
        stalledElecting: {
          on: { thaw: { target: "electing", actions: "answerWaiting" }, stall: "stalledElecting" },
        },
      },
    },
    down: {
      on: { restart: { target: "up.electing", actions: ["startLessor", "loseLeader"] } },
    },
  },
});

export const MODES: Readonly<Record<Mode, unknown>> = {
  serving: { up: "serving" },
  electing: { up: "electing" },
  stalled: { up: "stalled" },
  stalledElecting: { up: "stalledElecting" },
  down: "down",
};
export const MODE_EVENTS: readonly ModeEvent[] = [
  "leaderLost",
  "leaderElected",
  "stall",
  "thaw",
  "crash",
  "restart",
];

/** The chart, remembered. */
export const MODE_TABLE = tabulate<Mode, ModeEvent, ModeAction>(modeChart, MODES, MODE_EVENTS);
