/**
 * Faults by hand, in place: a click on a band offers what can befall its process there, a drag along it is a pause; a message is
 * dragged along the time to be late, and off its lane to be lost.
 */
import type { Message } from "../../reading/message.ts";
import { atInstant } from "../player.ts";
import type { Hands } from "../stage-parts.ts";
import type { Viewer } from "../viewer.ts";
import type { Blow } from "./aim.ts";
import { formOf, usualValues, type FaultForm, type FaultValues } from "./faults.ts";
import {
  allowed,
  blowsAllowed,
  drawStrikes,
  strikesAllowed,
  strikesMessages,
  type Limit,
} from "./interfere.ts";
import type { PlaceMenu } from "./place-menu.ts";

export interface HandsHooks {
  readonly viewer: () => Viewer | undefined;
  /** From now on faults strike this one. */
  readonly aim: (name: string) => void;
  readonly pick: (message: Message) => void;
  /** `lateMs`: by how much it is delayed. */
  readonly strike: (message: Message, blow: Blow, lateMs?: number) => void;
  readonly inject: (form: FaultForm, on: string, values: FaultValues) => void;
}

export function handsFor(limit: Limit | undefined, menu: PlaceMenu, hooks: HandsHooks): Hands {
  const pauses = allowed(limit).some(({ type }) => type === "pause");
  const strikes = strikesAllowed(limit);
  const goTo = (at: number): void => {
    const viewer = hooks.viewer();
    viewer?.go(atInstant(viewer.picture, at));
  };
  return {
    takes: (grip) => (grip.type === "message" ? strikesMessages(limit) : pauses || strikes.length > 0),
    pick(grip, place) {
      if (grip.type === "message") return hooks.pick(grip.message);
      goTo(grip.at);
      hooks.aim(grip.name);
      if (strikes.length === 0) return;
      const strike = (form: FaultForm): void => {
        menu.close();
        hooks.inject(form, grip.name, usualValues(form));
      };
      menu.open(drawStrikes(strikes, grip.name, grip.at, strike), place);
    },
    pull(pull) {
      if (pull.type === "pause") {
        if (!pauses) return;
        goTo(pull.at);
        hooks.aim(pull.name);
        const form = formOf("pause");
        return hooks.inject(form, pull.name, { ...usualValues(form), forMs: String(pull.forMs / 1000) });
      }
      const blow = pull.type;
      if (!blowsAllowed(pull.message, limit).includes(blow)) return;
      hooks.strike(pull.message, blow, pull.type === "delay" ? pull.byMs : undefined);
    },
  };
}
