/** How a process' standing is drawn: never by colour alone. */
import { BARS } from "../trace/standing.ts";
import type { CoordinatorMoment } from "../run/moment.ts";

/** How a lane is drawn; the same shapes as in `leasehold simulate`. */
export interface Shape {
  readonly bar: string;
  readonly word: string;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  joining: { bar: BARS.joining, word: "joining" },
  standby: { bar: BARS.standby, word: "standby" },
  activating: { bar: BARS.activating, word: "activating" },
  active: { bar: BARS.active, word: "ACTIVE" },
  leaving: { bar: BARS.leaving, word: "leaving" },
  ended: { bar: BARS.leaving, word: "ended" },
};
const DOWN: Shape = { bar: BARS.down, word: "down" };
const GHOST: Shape = { bar: BARS.ghost, word: "down" };
const PAUSED: Shape = { bar: BARS.paused, word: "stands still" };
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
