/** How a coordinator stands in the contest for its role, and how that is drawn: never by colour alone. */
import { phaseOf } from "../election/driver.ts";
import type { Laboratory } from "../simulation/laboratory.ts";
import type { World } from "../simulation/world.ts";
import type { CoordinatorMoment } from "../trace/moment.ts";

/** `out`: not a candidate; down, joining or leaving. */
export type Standing = "out" | "standby" | "activating" | "active";

export function standingOf({ nodes }: World, { kits }: Laboratory, at: number): Standing {
  const node = nodes[at];
  const kit = kits[at];
  if (node === undefined || kit === undefined || node.status === "down") return "out";
  const phase = phaseOf(kit, node.coordinator);
  return phase === "standby" || phase === "activating" || phase === "active" ? phase : "out";
}

/** How a lane is drawn; the same shapes as in `leasehold simulate`. */
export interface Shape {
  readonly bar: string;
  readonly word: string;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  joining: { bar: "┊", word: "joining" },
  standby: { bar: "│", word: "standby" },
  activating: { bar: "▒", word: "activating" },
  active: { bar: "█", word: "ACTIVE" },
  leaving: { bar: "╎", word: "leaving" },
  ended: { bar: "╎", word: "ended" },
};
const DOWN: Shape = { bar: " ", word: "down" };
const GHOST: Shape = { bar: "·", word: "down" };
const PAUSED: Shape = { bar: "░", word: "stands still" };
const LAPSED: Shape = { bar: "▚", word: "claim over" };

/** Whether it serves at this very instant, by its own clock. */
export function serves({ claimLeftMs }: CoordinatorMoment): boolean {
  return claimLeftMs !== undefined && claimLeftMs > 0;
}

/** A process that stands still while its claim runs is active: it serves whatever it had begun, and nobody else may. */
export function shapeOf(moment: CoordinatorMoment): Shape {
  const { leaseLeftMs, phase, status } = moment;
  if (status === "down") return leaseLeftMs === undefined ? DOWN : GHOST;
  if (serves(moment)) {
    const active = SHAPES["active"] ?? DOWN;
    return status === "paused" ? { ...active, word: "ACTIVE still" } : active;
  }
  if (status === "paused") return PAUSED;
  return phase === "active" ? LAPSED : (SHAPES[phase] ?? DOWN);
}
