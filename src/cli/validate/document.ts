/** What `leasehold validate --json` prints. */
import type { Evidence } from "../../evidence/evidence.ts";
import { placeText } from "../../evidence/fact.ts";
import { membersIn, productOf } from "../../evidence/participants.ts";
import { timelineOf } from "../../evidence/timeline.ts";
import type { EvidenceVerdict } from "../../evidence/verdict.ts";

/** What was found in the files. */
export interface Validation {
  readonly evidence: Evidence;
  /** Whether any line was about an election. */
  readonly election: boolean;
  readonly verdicts: readonly EvidenceVerdict[];
}

export function validationDocument({ election, evidence, verdicts }: Validation) {
  return {
    election,
    files: [...evidence.counts].map(([file, count]) => ({ file, ...count })),
    copies: evidence.copies,
    cutLines: evidence.cutLines,
    sources: evidence.sources.map((source) => {
      if (source.type !== "log") return { type: source.type, name: source.name };
      const members = membersIn(source).map(({ facts, role, serverId }) => ({
        role,
        serverId,
        lines: facts.length,
      }));
      return { type: source.type, name: source.name, product: productOf(source), members };
    }),
    logged: timelineOf(evidence.sources).map(({ place, ...step }) => ({ ...step, line: placeText(place) })),
    promises: verdicts.map((verdict) => {
      if (verdict.type === "cannot be told")
        return {
          property: verdict.property,
          verdict: verdict.type,
          why: verdict.why,
          remedy: verdict.remedy,
        };
      const evidenceLines = verdict.lines.map(placeText);
      if (verdict.type === "held")
        return { property: verdict.property, verdict: verdict.type, of: verdict.of, evidence: evidenceLines };
      const { facts, kind, nodes, property, sentence } = verdict;
      return {
        property,
        verdict: verdict.type,
        violation: { kind, nodes, facts, text: sentence },
        evidence: evidenceLines,
      };
    }),
  };
}
