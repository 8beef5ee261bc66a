/**
 * The judges of a run that is recorded or replayed: all properties at once, with the one that a trace is about watched
 * apart, since the run may end at its violation. That one may be a probe, by which a known bug is judged.
 */
import type { Observation } from "../../models/observation.ts";
import { RunJudges, type Judgement } from "../../properties/judging.ts";
import { judgedNamed, promisesAbout } from "../../properties/known.ts";
import type { Property } from "../../properties/property.ts";
import type { Variant } from "../../models/variant.ts";
import { reruns } from "../../properties/reruns.ts";
import { named } from "../../properties/violation.ts";
import type { Scenario } from "../simulation/scenario.ts";
import type { Decision } from "../simulation/scheduler.ts";
import type { TraceVerdict } from "../trace/format.ts";

/** The judges of one run. Give them every observation in order, then ask for {@link TraceJudges.verdicts}. */
export class TraceJudges {
  readonly #scenario: Scenario;
  /** Of the property that the trace is about. */
  readonly #chief: RunJudges;
  readonly #others: RunJudges;
  readonly #order: readonly Property[];

  /**
   * `about`: the property that the trace is about, if any. `promises`: what is judged beside it; absent: all that this version
   * promises of such a scenario.
   */
  constructor(
    scenario: Scenario,
    about: string | undefined,
    promises: readonly Property[] = promisesAbout(scenario),
  ) {
    this.#scenario = scenario;
    const chief = promises.find(({ name }) => name === about) ?? judgedNamed(about);
    this.#chief = new RunJudges(chief === undefined ? [] : [chief], scenario);
    this.#others = new RunJudges(
      promises.filter(({ name }) => name !== about),
      scenario,
    );
    this.#order = [...promises, ...(chief === undefined || promises.includes(chief) ? [] : [chief])];
  }

  observe(observation: Observation): void {
    this.#chief.observe(observation);
    this.#others.observe(observation);
  }

  /** Whether the property in question is violated already. */
  get broken(): boolean {
    return this.#chief.broken;
  }

  /** `over`: the run reached its horizon; otherwise only violations are certain. */
  verdicts(over: boolean): TraceVerdict[] {
    const judgements = new Map(
      [...this.#chief.conclude(), ...this.#others.conclude()].map((one) => [one.property.name, one]),
    );
    return this.#order.flatMap(({ name }): TraceVerdict[] => {
      const judgement = judgements.get(name);
      return judgement === undefined ? [] : [writeVerdict(judgement, over, this.#scenario)];
    });
  }
}

function writeVerdict(
  { judge, property, verdict }: Judgement,
  over: boolean,
  scenario: Scenario,
): TraceVerdict {
  const { name } = property;
  if (judge === undefined) return { property: name, verdict: "outside" };
  if (verdict?.type === "violated") {
    return { property: name, verdict: "violated", violation: named(verdict.violation, scenario) };
  }
  if (!over || verdict === undefined) return { property: name, verdict: "not judged" };
  if (verdict.type === "holds") return { property: name, verdict: "holds" };
  const { facts, kind } = verdict;
  return { property: name, verdict: "inconclusive", open: { kind, facts } };
}

/** The verdict of a property that needs runs of its own (`determinism`); none: `property` is not such a one. */
export function rerunVerdict(
  property: string | undefined,
  scenario: Scenario,
  decisions: readonly Decision[],
  variant: Variant,
): TraceVerdict[] {
  const found = reruns.find(({ name }) => name === property);
  if (found === undefined) return [];
  const verdict = found.rerun({ scenario, decisions }, variant);
  if (verdict.type === "violated") {
    const violation = named(verdict.violation, scenario);
    return [{ property: found.name, verdict: "violated", violation }];
  }
  return [{ property: found.name, verdict: verdict.type }];
}
