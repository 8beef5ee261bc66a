/** The case as a vitest file: what its scenario's run says of the promises that the evidence judged. */
import { shipped } from "../../../models/variant.ts";
import type { NearestScenario } from "../../evidence/nearest-scenario.ts";
import type { EvidenceVerdict } from "../../evidence/verdict.ts";
import { headerOf } from "../../run/record.ts";
import { judgeAgain } from "../../run/tolerant.ts";
import type { TraceHeader } from "../../trace/format.ts";
import { countOf } from "../../words/count.ts";
import { shown } from "../../words/shown.ts";
import { writeClaims, type KeptClaim } from "../replay/save-test.ts";

/** Returns what it goes on to expect, in words. */
export function keepTest(
  file: string,
  nearest: NearestScenario,
  verdicts: readonly EvidenceVerdict[],
): string {
  const { scenario, variant, violation } = nearest;
  const header = headerOf({
    scenario,
    variant,
    stop: "horizon",
    ...(violation === undefined ? {} : { property: violation.property, violation }),
  });
  const judged = verdicts.filter(({ type }) => type !== "cannot be told").map(({ property }) => property);
  // Where the evidence settles nothing, the case is still one under which the election must keep all that it can be asked.
  const asked = judged.length > 0 ? judged : verdicts.map(({ property }) => property);
  const holding = asked.filter((property) => says(header, property, shipped) === "holds");
  const claims: KeptClaim[] = [
    ...(violation === undefined
      ? []
      : [{ property: violation.property, variant: variant.name, verdict: "violated" } as const]),
    ...holding.map((property) => ({ property, variant: shipped.name, verdict: "holds" }) as const),
  ];
  const words = writeClaims(file, header, claims, headOf(nearest, verdicts));
  return claims.length > MOST_NAMED ? `${holding.length} promises hold on ${shipped.name}` : words;
}

/** More claims than these are counted, not named. */
const MOST_NAMED = 5;

function says(header: TraceHeader, property: string, variant: typeof shipped): string | undefined {
  return judgeAgain({ ...header, property } as TraceHeader, variant).verdict?.verdict;
}

function headOf(
  { alike, of, variant, violation }: NearestScenario,
  verdicts: readonly EvidenceVerdict[],
): string {
  const broken = verdicts.flatMap((one) => (one.type === "violated" ? [one] : []));
  const proven = broken.map(({ property, sentence }) => `// ${property}: ${shown(sentence)}`);
  const guess = `// Its scenario is a guess: on ${variant.name} its run says ${alike} of ${countOf(of, "logged step")} in their order`;
  const lines = [
    "// What was logged once, kept as the scenario whose run says most nearly the same. Written by leasehold validate --save-test.",
    ...(proven.length === 0 ? [] : ["// Its lines proved broken:", ...proven]),
    `${guess}${violation === undefined ? "" : `, and breaks ${violation.property} too`}.`,
  ];
  return `${lines.join("\n")}\n`;
}
