/** What `leasehold validate --json` prints. */
import type { AlignedClock, Alignment } from "../../evidence/align.ts";
import { placeText, type EvidenceSource } from "../../evidence/fact.ts";
import type { LogEdit } from "../../evidence/conform.ts";
import type { ModelledSource } from "../../evidence/model.ts";
import { membersIn, mixedIn, productOf } from "../../evidence/participants.ts";
import { fallIn } from "../../evidence/own-order.ts";
import { isOrdered, timelineOf } from "../../evidence/timeline.ts";

import { caseDocument } from "./written-case.ts";
import type { Validation } from "./validation.ts";

/** An infinite bound is left out. */
function clockDocument({ leastBy, leastMs, mostBy, mostMs, source, takenMs, uneven }: AlignedClock) {
  const pairs = [...leastBy, ...mostBy].map(({ earlier, later }) => ({
    earlier: placeText(earlier),
    later: placeText(later),
  }));
  return {
    source: source.name,
    ...(Number.isFinite(leastMs) ? { aheadAtLeastMs: leastMs } : {}),
    ...(Number.isFinite(mostMs) ? { aheadAtMostMs: mostMs } : {}),
    ...(takenMs === undefined ? {} : { takenMs }),
    ...(uneven ? { uneven } : {}),
    by: pairs,
  };
}

function modelDocument({ members, source, variant }: ModelledSource) {
  return {
    source: source.name,
    variant: variant.name,
    members: members.map(
      ({ conformance: { explained, of, stuck }, member: { role, serverId }, nearest }) => ({
        role,
        serverId,
        explained,
        of,
        ...(stuck === undefined
          ? {}
          : {
              firstNotExplained: {
                line: placeText(stuck.line.place),
                milestone: stuck.line.milestone,
                couldBe: stuck.instead,
              },
              // Null: no run is near.
              nearestRun: nearest === undefined || nearest === "far" ? null : nearest.map(editDocument),
            }),
      }),
    ),
  };
}

function editDocument(edit: LogEdit) {
  const { milestone, type } = edit;
  if (edit.type === "extra") return { type, milestone, line: placeText(edit.place) };
  return { type, milestone, ...(edit.before === undefined ? {} : { before: placeText(edit.before) }) };
}

/** `afterLast`: whether lines prove that it came after the one before it in the list. */
function loggedDocument(sources: readonly EvidenceSource[], alignment: Alignment) {
  const steps = timelineOf(sources, alignment);
  return steps.map((step, index) => {
    const { at, place, source, ...rest } = step;
    const before = steps[index - 1];
    return {
      ...rest,
      source: source.name,
      ...(at === undefined ? {} : { atMs: at }),
      line: placeText(place),
      ...(before === undefined ? {} : { afterLast: isOrdered(before, step, alignment) }),
    };
  });
}

export function validationDocument({
  alignment,
  bugs,
  election,
  evidence,
  models,
  nearest,
  verdicts,
}: Validation) {
  return {
    election,
    files: [...evidence.counts].map(([file, count]) => ({ file, ...count })),
    copies: evidence.copies,
    cutLines: evidence.cutLines,
    longLines: evidence.longLines,
    ...(evidence.compacted === 0 ? {} : { compactedUpTo: evidence.compacted }),
    untoldRevisions: evidence.untoldRevisions,
    sources: evidence.sources.map((source) => {
      if (source.type !== "log") return { type: source.type, name: source.name };
      const members = membersIn(source).map(({ facts, role, serverId }) => ({
        role,
        serverId,
        lines: facts.length,
      }));
      const fall = fallIn(source.facts);
      return {
        type: source.type,
        name: source.name,
        product: productOf(source),
        members,
        ...(mixedIn(source).length === 0 ? {} : { severalProcesses: mixedIn(source) }),
        ...(fall === undefined ? {} : { instantsGoBack: { line: placeText(fall.place), byMs: fall.byMs } }),
      };
    }),
    clocks: alignment.clocks.map(clockDocument),
    models: models.map(modelDocument),
    knownBugs: bugs.map(({ bug: { id, issues, title, variant }, by }) => ({
      id,
      issues,
      title,
      variant,
      by,
    })),
    ...(nearest === undefined ? {} : { nearestScenario: caseDocument(nearest) }),
    logged: loggedDocument(evidence.sources, alignment),
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
