/** A fault that would change nothing where it strikes makes no run; it gets a word instead. */
import { lastsMs, struckBy, type Fault } from "../../simulation/fault.ts";
import { needsProcess } from "../../simulation/fault-words.ts";
import { standingAt } from "../../reading/lanes.ts";
import type { Struck } from "../../reading/run.ts";
import { clockText } from "../markup.ts";
import type { Picture } from "../picture.ts";
import type { PlayerCursor } from "../player.ts";

/** Why it would change nothing; undefined: it may change something. */
export function whyVain(picture: Picture, cursor: PlayerCursor, fault: Fault): string | undefined {
  const name = struckBy(fault);
  const lane = name === undefined ? undefined : picture.lanes.get(name);
  if (lane !== undefined && needsProcess(fault) && standingAt(lane, cursor) === "down")
    return `${lane.name} is already down at ${clockText(cursor.at)}`;
  const lasts = picture.faults.find((struck) => covers(struck, fault, cursor.at));
  return lasts === undefined ? undefined : `that is so already, until ${clockText(endOf(lasts))}`;
}

/** The same is in effect, and lasts as long at least. */
function covers(struck: Struck, fault: Fault, at: number): boolean {
  return (
    lastsMs(fault) > 0 &&
    essence(struck.fault) === essence(fault) &&
    struck.from <= at &&
    at + lastsMs(fault) <= endOf(struck)
  );
}

function endOf({ fault, from, to }: Struck): number {
  return to ?? from + lastsMs(fault);
}

/** Everything but when it begins and how long it lasts. */
function essence(fault: Fault): string {
  return Object.entries({ ...fault, atMs: 0, forMs: 0 })
    .map(String)
    .toSorted((left, right) => (left < right ? -1 : 1))
    .join();
}
