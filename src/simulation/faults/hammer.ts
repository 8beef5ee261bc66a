/** Somebody else writes other keys, one each `everyMs`. */
import { spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { durationText } from "./words.ts";

const KEY = "hammer";

export const hammer = faultKind(
  "hammer",
  {
    forMs: spanField("how long it lasts", 10_000),
    everyMs: {
      type: "period",
      meaning: "pause between two writes of other keys",
      label: "one write every",
      usualMs: 100,
    },
  },
  {
    strikes: "etcd",
    names: "etcd",
    span: "forMs",
    begin: (_, ports) => ports.goOnAt(ports.now),
    goOn({ atMs, everyMs, forMs }, ports) {
      ports.operate({ type: "put", key: KEY, value: String(ports.now) });
      const nextMs = ports.now + everyMs;
      if (nextMs <= atMs + forMs) ports.goOnAt(nextMs);
    },
    disturbs: "nobody",
    words: {
      begins: ({ everyMs }) => `others write every ${durationText(everyMs)}`,
      ends: () => "the others are done",
    },
    writes: KEY,
    workOf: ({ everyMs, forMs }) => forMs / everyMs,
    weight: 5,
    draw: ({ ttlMs, within }) => ({ forMs: within(ttlMs), everyMs: 1000 }),
    button: { label: "Other writers" },
    offers: () => [{ label: "etcd: other writers", fault: { forMs: 10_000, everyMs: 100 } }],
  },
);
