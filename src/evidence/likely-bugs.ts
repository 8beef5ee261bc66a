/**
 * Known bugs that a log looks like: those of a release that its texts fit, which break the promise that the evidence shows broken, or in
 * whose kept scenario the coordinators say, in a row, what these said and what they say in no ordinary run. A hint for whoever looks,
 * no verdict.
 */
import type { Milestone } from "../../models/election-vocabulary.ts";
import type { Observation } from "../../models/observation.ts";
import type { Variant } from "../../models/variant.ts";
import { alone, variantOfBug, type KeptBug } from "../../properties/bugs/kept.ts";
import { milvusBugs } from "../../properties/bugs/known-bugs.ts";
import { execute } from "../simulation/execute.ts";
import type { Fault } from "../simulation/fault.ts";
import { scenario, type Scenario } from "../simulation/scenario.ts";
import { decided } from "../simulation/scheduler.ts";
import { createSetup } from "../simulation/setup.ts";
import { saidBy, variantsOf, type ModelledSource } from "./model.ts";
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
  const fitting = new Set(models.flatMap(({ source }) => variantsOf(source).map(({ name }) => name)));
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
      // Its kept scenario is run only for a log that says anything out of the ordinary.
      const usual = ordinaryOf(variantOfBug(bug));
      if ([...logged].every((passage) => usual.has(passage))) return [];
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
const ORDINARY: readonly { readonly untilMs: number; readonly faults: readonly Fault[] }[] = [
  { untilMs: 200_000, faults: [{ type: "crash", atMs: 61_000, on: "rootcoord-a" }] },
  { untilMs: 100_000, faults: [{ type: "stop", atMs: 61_000, on: "rootcoord-a" }] },
  {
    untilMs: 420_000,
    faults: [
      { type: "stop", atMs: 30_000, on: "rootcoord-a", restartAfterMs: 5000 },
      { type: "crash", atMs: 120_000, on: "rootcoord-b", restartAfterMs: 5000 },
      { type: "stop", atMs: 300_000, on: "rootcoord-a", restartAfterMs: 5000 },
    ],
  },
];

const ordinary = new Map<string, ReadonlySet<string>>();

function ordinaryOf(variant: Variant): ReadonlySet<string> {
  const known = ordinary.get(variant.name);
  if (known !== undefined) return known;
  const found = new Set(
    ORDINARY.flatMap(({ faults, untilMs }) =>
      [2, 3].flatMap((count) =>
        passagesOf(
          scenario({
            title: "ordinary",
            horizonMs: untilMs,
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
  const said = given.coordinators.map((): Milestone[] => []);
  const observe = (one: Observation): void => {
    if (one.type === "milestone") said[one.node]?.push(one.milestone);
  };
  execute(createSetup(given, variant), { scheduler: decided(decisions), listeners: [{ observe }] });
  return said.flatMap(passagesIn);
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
