import { describe, expect, it } from "vitest";
import { variants } from "../../models/variants.ts";
import { EXPORT_FORMATS } from "../../src/export/formats.ts";
import { exportTrace } from "../../src/export/index.ts";
import { messagesOf } from "../../src/reading/messages.ts";
import { gatherRun } from "../../src/reading/run.ts";
import { builtIns } from "../../src/scenario-file/built-in.ts";
import { broken } from "./recorded.ts";
import { truthOf } from "../reading/truth.ts";

const page = (): string => "<!--title--><!--trace-->";

describe("a trace of any variant", () => {
  it.each(variants.map((variant) => ({ name: variant.name, variant })))(
    "is exported with both ends of its messages: $name",
    ({ variant }) => {
      for (const { scenario } of builtIns.filter(({ name }) =>
        /^(?:walk|long-pause|partition|lost-reply)$/u.test(name),
      )) {
        // Ten seconds of one that asks a thousand times a second are as long as an hour of the others.
        const horizonMs = variant.name === "confuses-units" ? 10_000 : scenario.horizonMs;
        const { lines, sentBy } = truthOf({ scenario: { ...scenario, horizonMs }, decisions: [] }, variant);
        const concluded = new Map(
          messagesOf(gatherRun(lines)).flatMap(({ arrivals, n }) =>
            arrivals.map((one): [number, number] => [one.n, n]),
          ),
        );
        const wrong = [...sentBy].filter(([arrival, sent]) => concluded.get(arrival) !== sent);
        expect(wrong).toEqual([]);
        for (const format of EXPORT_FORMATS) expect(exportTrace(format, lines, { page })).not.toBe("");
      }
    },
  );
});

describe("a trace that knows one coordinator alone", () => {
  const all = broken();
  const alone = all.filter((line) => line.type !== "event" || line.node === "rootcoord-a");
  const lines = alone.map((line, n) => (line.type === "event" ? { ...line, n } : line));

  it("does not take unseen messages for lost ones", () => {
    const requests = messagesOf(gatherRun(lines)).filter(({ leg }) => leg === "request");
    expect(requests.length).toBeGreaterThan(10);
    expect(new Set(requests.map(({ fate }) => fate))).toEqual(new Set(["unseen"]));
  });

  it("is exported in every format", () => {
    for (const format of EXPORT_FORMATS) expect(exportTrace(format, lines, { page })).not.toBe("");
    expect(exportTrace("mermaid", lines)).toContain("c1-)etcd");
  });
});
