/** The next `count` requests of this kind are answered with an error, and certainly not carried out. */
import { ERRORS } from "../../../models/store/errors.ts";
import { drawCount, drawMessage } from "./drawing.ts";
import { coordinatorField, messageCount, purpose } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { PURPOSES } from "./message.ts";
import { nextMessages } from "./words.ts";

const SAYS = {
  "too many requests": ERRORS.tooManyRequests,
  "invalid auth token": ERRORS.invalidAuthToken,
  "permission denied": ERRORS.permissionDenied,
} as const;
type Says = keyof typeof SAYS;
const ALL = Object.keys(SAYS) as Says[];

export const refuseRequests = faultKind(
  "refuse",
  {
    on: coordinatorField(),
    purpose: purpose(PURPOSES, "the request that is refused"),
    says: {
      type: "choice",
      what: "refusal",
      meaning: "what etcd says",
      words: {
        "too many requests": "more are under way than etcd takes",
        "invalid auth token": "its login has expired",
        "permission denied": "its user may not do this, or no longer",
      },
      ifAbsent: "too many requests",
    },
    count: messageCount,
  },
  {
    strikes: "coordinator",
    names: "message",
    begin: ({ count, on, purpose: named, says }, ports) =>
      ports.meddle(on, { leg: "request", purpose: named, fate: "refused", refusal: SAYS[says], count }),
    disturbs: "nobody",
    words: {
      begins: ({ count, purpose: named, says }) =>
        `${nextMessages(count, "request", named)} will be refused: ${says}`,
    },
    weight: 6,
    draw(draw) {
      const { purpose: named } = drawMessage(draw);
      const says = ALL[draw.spice % ALL.length] as Says;
      return { on: draw.on, ...(named === "watch" ? {} : { purpose: named }), says, count: drawCount(draw) };
    },
    button: { label: "Refuse requests" },
    offers: ({ on, purpose: awaited }) => [
      {
        label: "refuse the next request",
        fault: {
          on,
          ...(awaited === undefined ? {} : { purpose: awaited }),
          says: "too many requests",
          count: 1,
        },
      },
    ],
  },
);
