/**
 * Known bugs that a log looks like: those of a release that its texts fit, which break the promise that the evidence shows broken, or in
 * whose kept scenario the coordinators say, in a row, what these said and what they say in no ordinary run. A hint for whoever looks,
 * no verdict.
 */
import type { Milestone } from "../../models/election-vocabulary.ts";
import type { Variant } from "../../models/variant.ts";
import { alone, variantOfBug, type KeptBug } from "../../properties/bugs/kept.ts";
import { milvusBugs } from "../../properties/bugs/known-bugs.ts";
import { observeRun } from "../reading/observed-run.ts";
import type { Fault } from "../simulation/fault.ts";
import { scenario, type Scenario } from "../simulation/scenario.ts";
import { saidBy, type ModelledSource } from "./model.ts";
import type { EvidenceVerdict } from "./verdict.ts";

export interface LikelyBug {
  readonly bug: KeptBug;
  /** `promise`: the evidence shows its promise broken. `lines`: its coordinators log alike. */
  readonly by: "promise" | "lines";
}

export function likelyBugs(
  models: readonly ModelledSource[],
  verdicts: readonly EvidenceVerdict[],
): readonly LikelyBug[] {
  const fitting = new Set(models.flatMap(({ asGood, variant }) => [variant.name, ...asGood]));
  const broken = new Set(verdicts.flatMap(({ property, type }) => (type === "violated" ? [property] : [])));
  const logged = new Set(
    models.flatMap(({ members }) =>
      members.flatMap(({ member }) => passagesIn(saidBy(member).map(({ milestone }) => milestone))),
    ),
  );
  return milvusBugs
    .filter(({ variant }) => fitting.has(variant))
    .flatMap((bug): LikelyBug[] => {
      if (broken.has(bug.violates.name)) return [{ bug, by: "promise" }];
      return looksLike(bug, logged) ? [{ bug, by: "lines" }] : [];
    });
}

/** The log has every passage of the bug's run that no ordinary run of its release has. */
function looksLike(bug: KeptBug, logged: ReadonlySet<string>): boolean {
  const passages = peculiarTo(bug);
  return passages.length > 0 && passages.every((passage) => logged.has(passage));
}

const peculiar = new Map<string, readonly string[]>();

function peculiarTo(bug: KeptBug): readonly string[] {
  const known = peculiar.get(bug.id);
  if (known !== undefined) return known;
  const variant = variantOfBug(bug);
  const usual = ordinaryOf(variant);
  const { decisions, scenario } = bug.case;
  const own = passagesOf(scenario, variant, decisions).filter((passage) => !usual.has(passage));
  peculiar.set(bug.id, [...new Set(own)]);
  return peculiar.get(bug.id) ?? [];
}

/** Nothing goes wrong in these but that a process ends, is stopped, or starts. */
const ORDINARY: readonly { readonly faults: readonly Fault[] }[] = [
  { faults: [] },
  { faults: [{ type: "crash", atMs: 61_000, on: "rootcoord-a" }] },
  { faults: [{ type: "stop", atMs: 61_000, on: "rootcoord-a" }] },
  {
    faults: [
      { type: "stop", atMs: 30_000, on: "rootcoord-a", restartAfterMs: 5000 },
      { type: "crash", atMs: 120_000, on: "rootcoord-b", restartAfterMs: 5000 },
      { type: "stop", atMs: 300_000, on: "rootcoord-a", restartAfterMs: 5000 },
    ],
  },
  { faults: [{ type: "stop", atMs: 61_000, on: "rootcoord-b", restartAfterMs: 5000 }] },
];
const ORDINARY_MS = 420_000;

const ordinary = new Map<string, ReadonlySet<string>>();

function ordinaryOf(variant: Variant): ReadonlySet<string> {
  const known = ordinary.get(variant.name);
  if (known !== undefined) return known;
  const found = new Set(
    ORDINARY.flatMap(({ faults }) =>
      [2, 3].flatMap((count) =>
        passagesOf(
          scenario({
            title: "ordinary",
            horizonMs: ORDINARY_MS,
            coordinators: alone("rootcoord", {}, count),
            faults,
          }),
          variant,
        ),
      ),
    ),
  );
  ordinary.set(variant.name, found);
  return found;
}

function passagesOf(
  given: Scenario,
  variant: Variant,
  decisions: KeptBug["case"]["decisions"] = [],
): string[] {
  const { observations } = observeRun(given, variant, decisions);
  return given.coordinators.flatMap((_, place) =>
    passagesIn(
      observations.flatMap((one) => (one.type === "milestone" && one.node === place ? [one.milestone] : [])),
    ),
  );
}

/** What every release says, and what a Milvus log shows. */
const TOLD: ReadonlySet<Milestone> = new Set<Milestone>([
  "registered",
  "standby",
  "campaigning",
  "watching",
  "vacancy",
  "won",
  "active",
]);
const PASSAGE_LENGTHS = [2, 3, 4];

/** What stands in a row in it. */
function passagesIn(said: readonly Milestone[]): string[] {
  const told = said.filter((one) => TOLD.has(one));
  return PASSAGE_LENGTHS.flatMap((length) =>
    told.slice(length - 1).map((_, at) => told.slice(at, at + length).join(" ")),
  );
}
