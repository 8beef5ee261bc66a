/** What is open at the cursor: what can happen next, and what could happen instead. */
import { messageText } from "../simulation/faults/message.ts";
import { leaseLeftMs } from "../reading/leases.ts";
import { faultText } from "../simulation/fault-words.ts";
import { ETCD } from "../simulation/names.ts";
import { nowAt, underWayAt } from "./moment.ts";
import type { Picture } from "./picture.ts";
import type { PlayerCursor } from "./player.ts";

export interface OpenMatter {
  readonly type: "message" | "timer" | "lease" | "fault";
  /** To whom it happens. */
  readonly who: string;
  readonly what: string;
  /** How long until it does, if nothing comes between; undefined: nobody knows. Of a timer by its own clock. */
  readonly inMs: number | undefined;
}

/** The soonest first. */
export function openAt(picture: Picture, cursor: PlayerCursor): OpenMatter[] {
  const { at } = cursor;
  const flying = underWayAt(picture, cursor).map(({ arrivals, from, leg, to, what }): OpenMatter => {
    const arrives = arrivals.find((one) => one.at >= at)?.at;
    return {
      type: "message",
      who: to,
      what: `${messageText(leg, what)} of ${from} arrives, or is lost, late or doubled`,
      inMs: arrives === undefined ? undefined : arrives - at,
    };
  });
  const leases = picture.leases.flatMap((life): OpenMatter[] => {
    const inMs = leaseLeftMs(life, at);
    return inMs === undefined
      ? []
      : [
          {
            type: "lease",
            who: ETCD,
            what: `the lease of ${life.owner} runs out, unless it is renewed`,
            inMs,
          },
        ];
  });
  const faults = picture.faults
    .filter(({ from }) => from > at)
    .map(({ fault, from, node }): OpenMatter => ({
      type: "fault",
      who: node,
      what: faultText(fault),
      inMs: from - at,
    }));
  return [...flying, ...timersAt(picture, cursor), ...leases, ...faults].sort(
    (left, right) => (left.inMs ?? Infinity) - (right.inMs ?? Infinity),
  );
}

function timersAt(picture: Picture, cursor: PlayerCursor): OpenMatter[] {
  return nowAt(picture, cursor).coordinators.flatMap(({ name, own, standing }) => {
    const due = new Map<string, number>();
    for (const { cause, own: then = 0, steps = [] } of picture.finder.steppedUpTo(name, cursor.n)) {
      if (cause.type === "start") due.clear();
      if (cause.type === "timer") due.delete(cause.timer);
      for (const effect of steps.flatMap(({ effects }) => effects)) {
        if (effect.type === "startTimer") due.set(effect.timer, then + effect.delayMs);
        else if (effect.type === "cancelTimer") due.delete(effect.timer);
      }
    }
    return standing === "down"
      ? []
      : [...due].map(([timer, when]): OpenMatter => ({
          type: "timer",
          who: name,
          what: `${timer.split("@")[0] ?? timer} is due, by its own clock`,
          inMs: Math.max(0, when - own),
        }));
  });
}
