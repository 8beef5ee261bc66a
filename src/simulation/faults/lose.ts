/** The next `count` messages of this kind are lost. A lost `reply` is one whose request was applied. */
import { drawCount, drawMessage } from "./drawing.ts";
import { coordinatorField, leg, messageCount, purpose } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { PURPOSES } from "./message.ts";
import { nextMessages } from "./words.ts";

export const lose = faultKind(
  "lose",
  {
    on: coordinatorField(),
    leg,
    purpose: purpose([...PURPOSES, "watch"], "the message that it befalls"),
    count: messageCount,
  },
  {
    strikes: "coordinator",
    names: "message",
    begin: ({ count, leg: which, on, purpose: named }, ports) =>
      ports.meddle(on, { leg: which, purpose: named, fate: "lost", count }),
    disturbs: "nobody",
    words: {
      begins: ({ count, leg: which, purpose: named }) => `will lose ${nextMessages(count, which, named)}`,
    },
    weight: 12,
    draw: (draw) => ({ on: draw.on, ...drawMessage(draw), count: drawCount(draw) }),
    button: { label: "Drop messages", key: "m" },
    offers: ({ on, purpose: awaited }) => [
      {
        label: "lose the next reply",
        fault: { on, leg: "reply", ...(awaited === undefined ? {} : { purpose: awaited }), count: 1 },
      },
      { label: "lose the next request", fault: { on, leg: "request", count: 1 } },
      { label: "lose the next watch event", fault: { on, leg: "watch", count: 1 } },
    ],
  },
);
