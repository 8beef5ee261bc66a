/** The next `count` requests of this kind arrive twice. */
import { drawCount, drawMessage } from "./drawing.ts";
import { coordinatorField, messageCount, purpose } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { PURPOSES } from "./message.ts";
import { nextMessages } from "./words.ts";

export const duplicate = faultKind(
  "duplicate",
  {
    on: coordinatorField(),
    purpose: purpose(PURPOSES, "the request that arrives twice"),
    count: messageCount,
  },
  {
    strikes: "coordinator",
    names: "message",
    begin: ({ count, on, purpose: named }, ports) =>
      ports.meddle(on, { leg: "request", purpose: named, fate: "doubled", count }),
    disturbs: "nobody",
    words: {
      begins: ({ count, purpose: named }) => `${nextMessages(count, "request", named)} will arrive twice`,
    },
    weight: 8,
    draw(draw) {
      const { purpose: named } = drawMessage(draw);
      return { on: draw.on, ...(named === "watch" ? {} : { purpose: named }), count: drawCount(draw) };
    },
    button: { label: "Double requests" },
    offers: ({ on }) => [{ label: "double the next request", fault: { on, count: 1 } }],
  },
);
