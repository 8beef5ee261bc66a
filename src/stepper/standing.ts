/** How a process' standing is drawn: never by colour alone. */
import { BARS, type Standing } from "../trace/standing.ts";
import type { StandingMoment } from "../run/history.ts";

/** How a lane is drawn; the same shapes as in `leasehold simulate`. */
export interface Shape {
  readonly bar: string;
  readonly word: string;
}

const SHAPES: Readonly<Record<Standing, Shape>> = {
  down: { bar: BARS.down, word: "down" },
  unknown: { bar: BARS.unknown, word: "not known" },
  running: { bar: BARS.running, word: "running" },
  joining: { bar: BARS.joining, word: "joining" },
  standby: { bar: BARS.standby, word: "standby" },
  activating: { bar: BARS.activating, word: "activating" },
  active: { bar: BARS.active, word: "ACTIVE" },
  leaving: { bar: BARS.leaving, word: "leaving" },
};
const GHOST: Shape = { bar: BARS.ghost, word: "down" };
const PAUSED: Shape = { bar: BARS.paused, word: "stands still" };
/** Its chart has not heard yet that its claim is over. */
const LAPSED: Shape = { bar: "▚", word: "claim over" };

/** Whether it serves at this very instant, by its own clock. */
export function serves({ standing }: StandingMoment): boolean {
  return standing === "active";
}

/** A process that stands still while its claim runs is active: it serves whatever it had begun, and nobody else may. */
export function shapeOf(moment: StandingMoment): Shape {
  const { leaseLeftMs, phase, standing, status } = moment;
  const shape = SHAPES[standing];
  if (standing === "down") return leaseLeftMs === undefined ? shape : GHOST;
  if (serves(moment)) return status === "paused" ? { ...shape, word: "ACTIVE still" } : shape;
  if (status === "paused") return PAUSED;
  return phase === "active" ? LAPSED : shape;
}
