/**
 * Who served when, and every change of hands beside the bound that the configuration implies. Pure folds over what was seen.
 */
import type { LossReason } from "../../models/election.ts";
import type { Observation } from "../../models/observation.ts";
import { Takeovers as Fold, type Filling, type Vacancy } from "../../properties/takeovers.ts";
import type { SeenRun } from "./seen.ts";

/** One stretch of serving. */
export interface Serving {
  readonly role: string;
  readonly node: number;
  readonly token: number;
  readonly from: number;
  /** Until it said so, or its claim ran out. */
  readonly to: number;
  /** It still serves when the run ends. */
  readonly open: boolean;
}

/** How the former one's service ended: by a crash, a clean stop, or why its membership ended; `lost`: it gave no reason. */
export type TakeoverCause = "killed" | "stopped" | "lost" | LossReason;

/** A role that passed from one stretch of serving to the next. */
export interface Takeover {
  readonly before: Serving;
  readonly after: Serving;
  readonly cause: TakeoverCause;
  readonly tookMs: number;
  /** How long it may take if nothing else goes wrong; undefined: the former one still served, so nobody had to. */
  readonly boundMs: number | undefined;
  /** How long it might take here, where the bound counts from whatever went wrong last; Infinity: nobody could. */
  readonly allowedMs: number;
}

/** In the order in which they began; what goes on when the run is known no further is open. */
export function servingsOf({ seen, untilMs }: SeenRun): Serving[] {
  const done: Serving[] = [];
  const open = new Map<number, Serving>();
  for (const { observation } of seen) {
    if (observation.type === "claim") {
      const { at, node, role, token, until } = observation;
      const before = open.get(node);
      // Who stood still hears of a renewal once the claim before is over: it has not served meanwhile.
      const goesOn = before !== undefined && before.to >= at;
      if (before !== undefined && !goesOn) done.push({ ...before, open: false });
      open.delete(node);
      if (until > at || goesOn)
        open.set(node, { role, node, token, from: goesOn ? before.from : at, to: until, open: true });
    } else if (observation.type === "claimEnded" || observation.type === "unseen") {
      const serving = open.get(observation.node);
      if (serving !== undefined)
        done.push({ ...serving, to: Math.min(serving.to, observation.at), open: false });
      open.delete(observation.node);
    }
  }
  for (const serving of open.values())
    done.push({ ...serving, to: Math.min(serving.to, untilMs), open: serving.to >= untilMs });
  return done.sort((left, right) => left.from - right.from);
}

/** A role that nobody served, as the promise about takeovers counts. */
export interface Vacated extends Vacancy {
  /** The event at which it was known: a claim may have run out before, unheard. */
  readonly n: number;
  /** How long it may last if nothing else goes wrong. */
  readonly boundMs: number;
  /** How it ended; absent: not before the run did. */
  readonly filled?: Filling & { readonly n: number };
}

/** In the order in which they were known; every role is vacant at first. */
export function vacanciesOf({ scenario, seen }: SeenRun): Vacated[] {
  const fold = new Fold(scenario);
  const found: Noted[] = [];
  const open = new Map<string, Noted>();
  const note = (vacancy: Vacancy, n: number): Noted => {
    const known = open.get(vacancy.role);
    if (known?.vacancy === vacancy) return known;
    const noted: Noted = { n, vacancy };
    open.set(vacancy.role, noted);
    found.push(noted);
    return noted;
  };
  for (const vacancy of fold.vacancies) note(vacancy, 0);
  for (const { n, observation } of seen) {
    const filling = fold.observe(observation);
    if (filling !== undefined) {
      // A claim that ran out in silence may be known only when the next one serves.
      const noted = open.get(filling.role) ?? note(filling, n);
      noted.filled = { ...filling, n };
      open.delete(filling.role);
    }
    for (const vacancy of fold.vacancies) note(vacancy, n);
  }
  // What ended the service may be known only after it ended, at the same instant.
  return found.map(({ vacancy, ...rest }) => ({ ...vacancy, ...rest, boundMs: fold.boundMs(vacancy) }));
}

/** A vacancy as the fold has it, which may change as long as it lasts. */
interface Noted {
  readonly n: number;
  readonly vacancy: Vacancy;
  filled?: Filling & { readonly n: number };
}

/** The vacancy of `role` at `at`, after event `n`; undefined: somebody serves it. `whenWas`: the instant of an event. */
export function vacancyAt(
  vacancies: readonly Vacated[],
  role: string,
  { at, n }: { readonly at: number; readonly n: number },
  whenWas: (n: number) => number,
): Vacated | undefined {
  const last = vacancies.findLast(
    (one) => one.role === role && one.since <= at && (one.n <= n || one.since < whenWas(one.n)),
  );
  return last?.filled !== undefined && last.filled.n <= n ? undefined : last;
}

/** Who took over from whom, beside the bound that the promise about takeovers counts with. */
export function takeoversOf(
  observations: readonly Observation[],
  servings: readonly Serving[],
  vacancies: readonly Vacated[],
): Takeover[] {
  const filled = vacancies.flatMap((one) => one.filled ?? []);
  const last = new Map<string, Serving>();
  return servings.flatMap((after): Takeover[] => {
    const before = last.get(after.role);
    last.set(after.role, after);
    if (before === undefined) return [];
    const filling = filled.find(
      ({ at, node, role }) => role === after.role && node === after.node && at === after.from,
    );
    return [
      {
        before,
        after,
        cause: causeOf(observations, before),
        tookMs: after.from - before.to,
        boundMs: filling?.boundMs,
        allowedMs: filling === undefined ? Number.POSITIVE_INFINITY : filling.dueAt - filling.since,
      },
    ];
  });
}

function causeOf(observations: readonly Observation[], { node, to }: Serving): TakeoverCause {
  for (const observation of observations) {
    if (observation.at < to || !("node" in observation) || observation.node !== node) continue;
    if (observation.type === "ended" && observation.cause === "crash") return "killed";
    if (observation.type !== "milestone") continue;
    if (observation.milestone === "stopping") return "stopped";
    if (observation.milestone === "lost") return observation.reason ?? "lost";
  }
  return "claim ended";
}
