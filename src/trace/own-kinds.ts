/**
 * Kinds of faults that are somebody's own, as a trace describes them: so that it is read, told and drawn where their code is not. A
 * kind that is known by its description alone stands in for it, and strikes nobody.
 */
import { effectsOf } from "../simulation/effects.ts";
import { adoptFault, isShippedKind, kindNamed, kindOf, type Fault } from "../simulation/fault.ts";
import type { FieldTable } from "../simulation/faults/fields.ts";
import type { AnyFault, Effects, FaultKind } from "../simulation/faults/kind.ts";
import type { Scenario } from "../simulation/scenario.ts";
import { faultBegins, faultEnds } from "../simulation/fault-words.ts";

/** What is told of one fault of such a kind. */
interface ToldFault {
  /** Its place in the scenario. */
  readonly index: number;
  readonly begins: string;
  readonly ends?: string;
  readonly effects: Effects;
}

/** A kind of fault by its description. */
export interface TracedKind extends Pick<
  FaultKind,
  "asksToStop" | "name" | "needsProcess" | "span" | "strikes"
> {
  readonly fields: FieldTable;
  readonly faults: readonly ToldFault[];
}

const standIns = new WeakSet<object>();

/** What a trace of this scenario says of kinds that are not shipped; empty: there are none. */
export function describeOwnKinds({ faults }: Scenario): readonly TracedKind[] {
  const own = new Set(faults.map(kindOf).filter((kind) => !isShippedKind(kind)));
  return [...own].map(({ asksToStop, fields, name, needsProcess, span, strikes }) => ({
    name,
    fields,
    strikes,
    ...(span === undefined ? {} : { span }),
    ...(needsProcess === undefined ? {} : { needsProcess }),
    ...(asksToStop === undefined ? {} : { asksToStop }),
    faults: faults.flatMap((fault, index) => (fault.type === name ? [told(fault, index)] : [])),
  }));
}

function told(fault: Fault, index: number): ToldFault {
  const ends = faultEnds(fault, false, []);
  return {
    index,
    begins: faultBegins(fault),
    ...(ends === undefined ? {} : { ends }),
    effects: effectsOf(fault),
  };
}

/** Has kinds stand in that a header describes and nobody knows. */
export function standInFor(kinds: readonly TracedKind[], { faults }: Pick<Scenario, "faults">): void {
  for (const kind of kinds) {
    const known = kindNamed(kind.name);
    if (known !== undefined && !standIns.has(known)) continue;
    const standIn = standInOf(kind, faults);
    standIns.add(standIn);
    adoptFault(standIn, isStandIn);
  }
}

/** Whether a kind is known by a trace's description alone. */
export function isStandIn(kind: object): boolean {
  return standIns.has(kind);
}

function standInOf({ faults: all, ...kind }: TracedKind, scripted: readonly Fault[]): FaultKind {
  const texts = new Map(all.map((one) => [JSON.stringify(scripted[one.index]), one]));
  const of = (fault: AnyFault): ToldFault =>
    texts.get(JSON.stringify(fault)) ?? { index: -1, begins: kind.name, effects: {} };
  return {
    ...kind,
    names: kind.strikes === "etcd" ? "etcd" : "on",
    disturbs: "while it lasts",
    whileItLasts: (fault) => of(fault).effects,
    words: { begins: (fault) => of(fault).begins, ends: (fault) => of(fault).ends },
    weight: 0,
    draw: () => {
      throw new RangeError(`the code of the fault ${kind.name} is not here`);
    },
    button: { label: kind.name },
    offers: () => [],
  };
}
