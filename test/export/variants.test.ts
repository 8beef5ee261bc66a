import { describe, expect, it } from "vitest";
import { variants } from "../../models/variants.ts";
import { EXPORT_FORMATS, exportTrace } from "../../src/export/index.ts";
import { messagesOf } from "../../src/export/messages.ts";
import { gatherRun } from "../../src/export/run.ts";
import { builtIns } from "../../src/scenario-file/built-in.ts";
import { truthOf } from "./truth.ts";

const page = (): string => "<!--title--><!--trace-->";

describe("a trace of any variant", () => {
  it.each(variants.map((variant) => ({ name: variant.name, variant })))(
    "is exported with both ends of its messages: $name",
    ({ variant }) => {
      for (const { scenario } of builtIns.filter(({ name }) =>
        /^(?:walk|long-pause|partition|lost-reply)$/u.test(name),
      )) {
        const { lines, sentBy } = truthOf({ scenario, decisions: [] }, variant);
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
