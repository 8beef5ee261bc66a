/**
 * Violations told to people, and compared: the one place that looks up a violation's kind. Words come last; who wants to know
 * anything about a violation reads its facts.
 */
import { told, type Told } from "../src/words/told.ts";
import { probes } from "./bugs/probes.ts";
import { catalogue } from "./catalogue.ts";
import { orderKinds } from "./in-order-kinds.ts";
import type { Margin, Property } from "./property.ts";
import { copyKinds, determinismKinds, leftoverKinds, loadedKinds } from "./rerun-kinds.ts";
import type {
  ViolationFacts,
  Finding,
  NamedViolation,
  Undecided,
  UndecidedKinds,
  ViolationKind,
  ViolationKinds,
} from "./violation.ts";

type Kinds = ViolationKinds<Finding>;

// The properties that need several runs are named here by themselves: with them would come the whole simulation, and the
// page that shows a trace has none.
const KINDS: ReadonlyMap<string, Kinds> = new Map<string, Kinds>([
  ...probes.map(({ kinds, name }): [string, Kinds] => [name, kinds]),
  ["determinism", determinismKinds],
  ["faithful-copies", copyKinds],
  ["no-leftovers", leftoverKinds],
  ["in-order", orderKinds],
  ["whole-metadata", loadedKinds],
]);

function judgedNamed(property: string): Property | undefined {
  return catalogue.find(({ name }) => name === property);
}

function kindOf({
  kind,
  property,
}: Pick<NamedViolation, "kind" | "property">): ViolationKind<ViolationFacts> | undefined {
  const kinds = judgedNamed(property)?.kinds ?? KINDS.get(property);
  return kinds !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
}

/** Whether this version knows such a violation, and so can tell it. */
export function isKnownKind(violation: Pick<NamedViolation, "kind" | "property">): boolean {
  return kindOf(violation) !== undefined;
}

/** Who and what, and why it breaks the promise, in one or two sentences. A kind of another version is named with its facts. */
export function tellViolation(violation: NamedViolation): Told {
  const { facts, kind } = violation;
  // A promise about programs is known to the code that made it alone, which leaves its sentence.
  const plain = told(typeof facts["says"] === "string" ? facts["says"] : `${kind}: ${JSON.stringify(facts)}`);
  try {
    const text = kindOf(violation)?.tell(violation);
    return text === undefined ? plain : told(text);
  } catch (error) {
    // Facts that were edited in a file may not be those that the kind speaks of.
    if (error instanceof TypeError) return plain;
    throw error;
  }
}

/** What stands below the sentence where there is room: mostly nothing. */
export function tellDetails(violation: NamedViolation): readonly Told[] {
  return (kindOf(violation)?.details?.(violation.facts) ?? []).map(told);
}

/** Why a run said nothing about a property, in words. */
export function tellUndecided(property: string, { facts, kind }: Undecided): Told {
  const kinds: UndecidedKinds<Undecided> | undefined = judgedNamed(property)?.open;
  const known = kinds !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  return told(known?.tell(facts) ?? `${kind}: ${JSON.stringify(facts)}`);
}

/** The worst margin of a property in a sentence; undefined: it measures none. */
export function tellMargin(property: string, worst: Margin): Told | undefined {
  const text = judgedNamed(property)?.tellMargin?.(worst);
  return text === undefined ? undefined : told(text);
}

/** What a violation is compared by. */
type Compared = Pick<NamedViolation, "facts" | "kind" | "property">;

/** Whether two violations are broken for one reason, whoever is concerned, whenever, and by how much. */
export function haveOneCause(left: Compared, right: Compared): boolean {
  if (left.property !== right.property || left.kind !== right.kind) return false;
  const cause = kindOf(left)?.cause ?? [];
  return cause.every((fact) => JSON.stringify(left.facts[fact]) === JSON.stringify(right.facts[fact]));
}
