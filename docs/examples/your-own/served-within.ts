import { defineProperty, type FindingOf } from "leasehold/properties";

type Found = FindingOf<{ readonly "nobody-serves": { readonly waitedMs: number } }>;

export const servedSoon = defineProperty<Found>({
  name: "served-soon",
  guarantee: "Within five seconds of the first start somebody serves.",
  reads: ["started", "claim", "fault", "end"],
  kinds: {
    "nobody-serves": {
      cause: [],
      tell: ({ facts }) => `nobody serves ${facts.waitedMs / 1000} s after the first start`,
    },
  },
  judge() {
    let since: number | undefined;
    let over = false;
    return (seen, tested) => {
      since ??= seen.at;
      const waitedMs = seen.at - since;
      if (over) return undefined;
      // Whoever serves has kept the promise, and nothing is promised under faults.
      if (seen.type === "claim" || seen.type === "fault") over = true;
      if (seen.type === "claim") tested();
      if (waitedMs <= 5000) return undefined;
      over = true;
      return { kind: "nobody-serves", at: since + 5000, nodes: [], facts: { waitedMs: 5000 } };
    };
  },
});
