/**
 * The course of a run: what follows from what was seen alone. How everyone stood, who claimed to serve until when, who did, since
 * when nobody does, who took over and within which bound. It costs little: a run that is only looked at, as the stepper does,
 * is read by it while it runs; a recorded one says the same.
 */
import type { Observation } from "../../models/observation.ts";
import type { Scenario } from "../simulation/scenario.ts";
import type { Standing } from "../trace/standing.ts";
import { claimsOf, type ClaimMark } from "./claims.ts";
import { lanesOf, type Lane } from "./lanes.ts";
import { servingCountsOf, type ServingCount } from "./serving-counts.ts";
import { Remembered } from "./remembered.ts";
import type { SeenRun, Noticed } from "./seen.ts";
import {
  servingsOf,
  takeoversOf,
  vacanciesOf,
  type Serving,
  type Takeover,
  type Vacated,
} from "./takeovers.ts";
import { troublesOf, type TroubledMessage } from "./troubles.ts";

interface CourseParts {
  run: SeenRun;
  observations: readonly Observation[];
  lanes: readonly Lane[];
  claims: readonly (readonly ClaimMark[])[];
  servings: readonly Serving[];
  servingCounts: readonly ServingCount[];
  vacancies: readonly Vacated[];
  takeovers: readonly Takeover[];
  troubles: readonly TroubledMessage[];
  roleChanges: readonly Landmark[];
  strikes: readonly number[];
}

/** Somebody's place in the contest changes: at event `n`, or after it, when a claim runs out by itself. */
export interface Landmark {
  readonly n: number;
  readonly at: number;
}

export class Course {
  readonly scenario: Scenario;
  readonly #look: () => SeenRun;
  readonly #parts = new Remembered<CourseParts>();

  /** `look`: what was seen; asked once, when it is needed. */
  constructor(scenario: Scenario, look: () => SeenRun) {
    this.scenario = scenario;
    this.#look = look;
  }

  /** Everything that was seen, in order, with its event. */
  get seen(): readonly Noticed[] {
    return this.#run.seen;
  }

  /** The same without events, as properties judge it. */
  get observations(): readonly Observation[] {
    return this.#parts.part("observations", () => this.seen.map(({ observation }) => observation));
  }

  /** One for each process, by place. */
  get lanes(): readonly Lane[] {
    return this.#parts.part("lanes", () => lanesOf(this.#run));
  }

  /** Until when each process might serve by its own clock, by place. */
  get claims(): readonly (readonly ClaimMark[])[] {
    return this.#parts.part("claims", () => claimsOf(this.#run));
  }

  /** Stretches of serving, in the order in which they began. */
  get servings(): readonly Serving[] {
    return this.#parts.part("servings", () => servingsOf(this.#run));
  }

  /** How many served each role at once, without gaps. */
  get servingCounts(): readonly ServingCount[] {
    return this.#parts.part("servingCounts", () =>
      servingCountsOf(this.scenario, this.servings, this.#run.untilMs),
    );
  }

  /** When nobody served a role. */
  get vacancies(): readonly Vacated[] {
    return this.#parts.part("vacancies", () => vacanciesOf(this.#run));
  }

  get takeovers(): readonly Takeover[] {
    return this.#parts.part("takeovers", () => takeoversOf(this.observations, this.servings, this.vacancies));
  }

  /** Messages that did not simply arrive. */
  get troubles(): readonly TroubledMessage[] {
    return this.#parts.part("troubles", () => troublesOf(this.#run));
  }

  /** Where somebody begins or ceases to stand by, to hold the role, or to serve, in order. */
  get roleChanges(): readonly Landmark[] {
    return this.#parts.part("roleChanges", () => this.lanes.flatMap(changesIn).sort(byTime).filter(isNew));
  }

  /** The events at which a fault begins or ends. */
  get strikes(): readonly number[] {
    return this.#parts.part("strikes", () =>
      this.seen.flatMap(({ n, observation }) => (observation.type === "fault" ? [n] : [])),
    );
  }

  get #run(): SeenRun {
    return this.#parts.part("run", this.#look);
  }
}

/** Its place in the contest: a candidate, or not. Whoever campaigns stands where it stood. */
function placeOf(standing: Standing, before: Standing): Standing {
  if (standing === "joining") return before;
  return standing === "leaving" ? "down" : standing;
}

/** What one event brought about at once is one change. */
function changesIn({ begins }: Lane): Landmark[] {
  let before: Standing = "down";
  return begins.flatMap(({ from, n, standing }, index): Landmark[] => {
    const next = begins[index + 1];
    if (next?.n === n && next.from === from) return [];
    const place = placeOf(standing, before);
    const changed = place !== before;
    before = place;
    return changed ? [{ n, at: from }] : [];
  });
}

function byTime(left: Landmark, right: Landmark): number {
  return left.at - right.at || left.n - right.n;
}

function isNew({ at, n }: Landmark, index: number, all: readonly Landmark[]): boolean {
  const before = all[index - 1];
  return before?.at !== at || before.n !== n;
}
