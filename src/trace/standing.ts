/** How a process may stand, and the shape of each: the one place for both, whoever draws. `src/reading` says how it stands. */

/**
 * `activating`: it holds the role and does not serve yet. `running`: it takes part in no contest, as programs and clients.
 * `unknown`: of a run told by logs, which say nothing more of it.
 */
export type Standing =
  | "down"
  | "unknown"
  | "running"
  | "joining"
  | "standby"
  | "activating"
  | "active"
  | "leaving";

/** So that nothing rests on colour. `ghost`: down, while its lease lives on. */
export const BARS: Readonly<Record<Standing | "paused" | "ghost", string>> = {
  down: " ",
  unknown: " ",
  running: "│",
  joining: "┊",
  standby: "│",
  activating: "▒",
  active: "█",
  leaving: "╎",
  paused: "░",
  ghost: "·",
};
