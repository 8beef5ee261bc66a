/** The next `count` messages of this kind come `byMs` later than they should. */
import { drawMessage, LONG_TTLS } from "./drawing.ts";
import { coordinatorField, leg, messageCount, purpose, spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { PURPOSES } from "./message.ts";
import { durationText, nextMessages } from "./words.ts";

/** One in so many is later than a lease is long, and so is every watch event. */
const VERY_LATE = 3;
/** The others are late by up to this part of a TTL. */
const LATE_TTLS = 1 / 12;

export const delay = faultKind(
  "delay",
  {
    on: coordinatorField(),
    leg,
    purpose: purpose([...PURPOSES, "watch"], "the message that it befalls"),
    byMs: spanField("how much later", 10_000),
    count: messageCount,
  },
  {
    strikes: "coordinator",
    names: "message",
    begin: ({ byMs, count, leg: which, on, purpose: named }, ports) =>
      ports.meddle(on, { leg: which, purpose: named, fate: "late", byMs, count }),
    disturbs: "nobody",
    words: {
      begins: ({ byMs, count, leg: which, purpose: named }) =>
        `${nextMessages(count, which, named)} will be ${durationText(byMs)} late`,
    },
    weight: 12,
    draw(draw) {
      const message = drawMessage(draw);
      const very = draw.spice % VERY_LATE === 0 || message.purpose === "watch";
      const byMs = draw.within((very ? LONG_TTLS : LATE_TTLS) * draw.ttlMs);
      return { on: draw.on, ...message, count: 1, byMs };
    },
    button: { label: "Delay messages", key: "y" },
    offers: ({ on, purpose: awaited }) => [
      {
        label: "delay the next reply",
        fault: {
          on,
          leg: "reply",
          ...(awaited === undefined ? {} : { purpose: awaited }),
          count: 1,
          byMs: 10_000,
        },
      },
    ],
  },
);
