/**
 * Runs printed as the files that production leaves, damaged as production damages them: no violation is claimed that the run did not
 * have, and what the remaining lines prove is found.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { milvusVariants } from "../../models/milvus/variants.ts";
import { mutants } from "../../models/mutants.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import { cases } from "../../properties/arbitraries.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { Evidence } from "../../src/evidence/evidence.ts";
import { placeText } from "../../src/evidence/fact.ts";
import { judgeEvidence } from "../../src/evidence/promises.ts";
import type { EvidenceVerdict } from "../../src/evidence/verdict.ts";
import type { ObservedRun } from "../../src/reading/observed-run.ts";
import "../helpers/seed.ts";
import {
  asCompose,
  asJson,
  asOneStream,
  asOtlp,
  damaged,
  damages,
  mapLines,
  milvusLogs,
  ownLogs,
  recordings,
  runOf,
  runsEvenly,
  storeAudit,
  storeWatch,
  WRAPPINGS,
  type Files,
} from "./print-run.ts";

/** What the run itself broke, whatever its scenario is outside of. */
function truthOf({ observations, scenario }: ObservedRun): ReadonlySet<string> {
  const broken = catalogue.filter((property) => {
    const judge = property.judge(scenario);
    const reads = new Set(property.reads);
    for (const one of observations) if (reads.has(one.type) && judge.observe(one) !== undefined) return true;
    return judge.conclude().type === "violated";
  });
  return new Set(broken.map(({ name }) => name));
}

function judge(files: Files, clocksWithinMs?: number): readonly EvidenceVerdict[] {
  const evidence = new Evidence();
  for (const [file, lines] of files) lines.forEach((line, at) => evidence.line(file, at + 1, line));
  return judgeEvidence(evidence.sources, clocksWithinMs === undefined ? {} : { clocksWithinMs });
}

const join = (...all: readonly Files[]): Files => new Map(all.flatMap((files) => [...files]));

/** Every form, by name. */
const FORMS: Readonly<Record<string, (run: ObservedRun) => Files>> = {
  logs: (run) => ownLogs(run, (node) => node * 3_600_000),
  json: (run) => asJson(ownLogs(run)),
  otlp: (run) => asOtlp(ownLogs(run)),
  "one stream": (run) => asOneStream(ownLogs(run)),
  "one stream and recordings": (run) => join(asOneStream(ownLogs(run)), recordings(run)),
  compose: (run) => asCompose(ownLogs(run)),
  "milvus 2.3": (run) => milvusLogs(run, (node) => node * -7000),
  "milvus 2.6": (run) => milvusLogs(run, () => 0, true),
  watch: storeWatch,
  audit: storeAudit,
  "audit and recordings": (run) => join(storeAudit(run), recordings(run)),
  recordings,
  everything: (run) => join(ownLogs(run), storeWatch(run), recordings(run)),
};

/** A restored etcd has two, whose lines belong into calls of their own. */
const ofOneHistory = cases().filter(({ scenario }) => scenario.faults.every(({ type }) => type !== "goBack"));

const BY_OWN_CLOCK: ReadonlySet<string> = new Set(["bounded-activation", "bounded-requests", "clean-stop"]);

const variants: readonly Variant[] = [shipped, ...mutants, ...milvusVariants];

function claimed(verdicts: readonly EvidenceVerdict[], type: EvidenceVerdict["type"]): string[] {
  return verdicts.flatMap((verdict) => (verdict.type === type ? [verdict.property] : []));
}

describe("damaged evidence", () => {
  it("proves no violation that the run did not have", { timeout: 120_000 }, () => {
    const form = fc.constantFrom(...Object.keys(FORMS));
    const wrapping = fc.constantFrom(...Object.keys(WRAPPINGS));
    fc.assert(
      fc.property(
        ofOneHistory,
        fc.constantFrom(...variants),
        form,
        wrapping,
        damages,
        (given, variant, formName, wrapped, damage) => {
          const run = runOf(given, variant);
          const printed = FORMS[formName]?.(run) ?? new Map<string, string[]>();
          const wrap = WRAPPINGS[wrapped];
          const files = damaged(printed, damage);
          const isLogs = [...files.keys()].every((file) => file.endsWith(".log"));
          const read = isLogs && wrap !== undefined ? mapLines(files, wrap) : files;
          const truth = truthOf(run);
          expect(claimed(judge(read), "violated").filter((name) => !truth.has(name))).toEqual([]);
        },
      ),
      { numRuns: 75 },
    );
  });

  it("claims nothing else where clocks are vouched for that do agree", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(
        ofOneHistory,
        fc.constantFrom(...variants),
        fc.constantFrom("own", "milvus 2.3", "milvus 2.6", "own and recorded"),
        damages,
        fc.boolean(),
        (given, variant, form, damage, whole) => {
          fc.pre(runsEvenly(given.scenario));
          const steady = given.scenario.coordinators.every(({ clockOffsetMs }) => clockOffsetMs === 0);
          fc.pre(steady || form.startsWith("milvus"));
          // How long a log of Milvus says that its process served is Milvus' own way.
          fc.pre(!form.startsWith("milvus") || milvusVariants.includes(variant));
          const run = runOf(given, variant);
          const logs = form.startsWith("milvus")
            ? milvusLogs(run, () => 0, form.endsWith("2.6"))
            : ownLogs(run);
          const printed = form === "own and recorded" ? join(logs, recordings(run)) : logs;
          const truth = truthOf(run);
          const verdicts = judge(whole ? printed : damaged(printed, damage), 20);
          expect(claimed(verdicts, "violated").filter((name) => !truth.has(name))).toEqual([]);
          if (whole) {
            const held = claimed(verdicts, "held").filter((name) => !BY_OWN_CLOCK.has(name));
            expect(held.filter((name) => truth.has(name))).toEqual([]);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("without damage, holds nothing that the run broke", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(
        ofOneHistory,
        fc.constantFrom(...variants),
        fc.constantFrom(...Object.keys(FORMS)),
        (given, variant, form) => {
          const run = runOf(given, variant);
          const truth = truthOf(run);
          const held = claimed(judge(FORMS[form]?.(run) ?? new Map()), "held");
          // What is said to hold by a recording's own clock may not by another's.
          const asked = held.filter((name) => runsEvenly(given.scenario) || !BY_OWN_CLOCK.has(name));
          expect(asked.filter((name) => truth.has(name))).toEqual([]);
        },
      ),
      { numRuns: 75 },
    );
  });
});

/** Runs of a variant that break the promise. */
function* broken(name: string, property: string): Generator<ObservedRun> {
  const variant = variants.find((one) => one.name === name);
  if (variant === undefined) throw new Error(`no variant ${name}`);
  for (const given of fc.sample(ofOneHistory, { numRuns: 300, seed: 5 })) {
    const run = runOf(given, variant);
    if (truthOf(run).has(property)) yield run;
  }
}

type Proven = EvidenceVerdict & { readonly type: "violated" };

/** The first of them whose files prove it. */
function proven(variant: string, property: string, form: string): { files: Files; verdict: Proven } {
  for (const run of broken(variant, property)) {
    const files = FORMS[form]?.(run) ?? new Map<string, string[]>();
    const verdict = judge(files).find((one) => one.property === property);
    if (verdict?.type === "violated") return { files, verdict };
  }
  throw new Error(`no run of ${variant} proves that ${property} is broken`);
}

describe("what the lines prove is found", () => {
  it.each([
    ["no-fencing", "fencing", "watch"],
    ["campaigns-unguarded", "one-key-holder", "watch"],
    ["shares-ids", "unique-ids", "recordings"],
    ["hot-loop", "bounded-requests", "recordings"],
    ["serves-without-reload", "metadata-complete", "everything"],
    ["activates-without-limit", "bounded-activation", "recordings"],
    ["milvus-2.4", "fencing", "watch"],
    ["no-fencing", "fencing", "audit"],
    ["campaigns-unguarded", "one-key-holder", "audit"],
    ["unknown-is-won", "single-active", "recordings"],
  ])("%s breaks %s, in the %s", { timeout: 300_000 }, (variant, property, form) => {
    const { files, verdict } = proven(variant, property, form);
    const proof = new Set(verdict.lines.map(placeText));
    expect(proof.size).toBeGreaterThan(0);
    if (form !== "watch") return;
    // Those lines alone prove it again.
    const alone = [...files].map(([file, lines]): [string, string[]] => [
      file,
      lines.map((line, at) => (proof.has(`${file}:${at + 1}`) ? line : "")),
    ]);
    expect(claimed(judge(new Map(alone)), "violated")).toContain(property);
  });

  it("every revision that a fencing violation needs is in the etcd watch", () => {
    for (const run of broken("no-fencing", "fencing"))
      expect(claimed(judge(storeWatch(run)), "violated")).toContain("fencing");
  });
});
