/** Each coordinator of the logs against the election of the releases that its texts fit: which of them explains most, and how far. */
import type { ElectionSettings, Milestone } from "../../models/election-vocabulary.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import { milvusVariants } from "../../models/milvus/variants.ts";
import { ChartSpace } from "./chart-space.ts";
import { conform, nearestRun, type Conformance, type LogEdit, type SaidLine } from "./conform.ts";
import type { EvidenceSource, LogSource } from "./fact.ts";
import { asPrinted } from "./own-order.ts";
import { isMilvus, membersIn, type LoggedMember } from "./participants.ts";

/** How far a model explains one membership. */
export interface ModelledMember {
  readonly member: LoggedMember;
  readonly conformance: Conformance;
  /** How the nearest run that the model has differs; absent: it explains every line. */
  readonly nearest?: readonly LogEdit[] | "far";
}

/** How far a model explains the logs of one source. */
export interface ModelledSource {
  readonly source: LogSource;
  /** The first that explains all of it, or else the one that explains most. */
  readonly variant: Variant;
  readonly members: readonly ModelledMember[];
}

/** What a log of leasehold certainly shows at `info`. */
const OURS: ReadonlySet<Milestone> = new Set<Milestone>([
  "registered",
  "standby",
  "campaigning",
  "outrun",
  "watching",
  "vacancy",
  "won",
  "active",
  "deposed",
  "lost",
  "stopping",
  "gaveUp",
]);
/** What a log of Milvus certainly shows; how it leaves, it says in many ways. */
const MILVUS: ReadonlySet<Milestone> = new Set<Milestone>([
  "registered",
  "standby",
  "campaigning",
  "watching",
  "vacancy",
  "won",
]);
/** Where active-standby is off nobody stands by. */
const EXCLUSIVE_HIDES: ReadonlySet<Milestone> = new Set<Milestone>(["standby"]);

/**
 * What an operator may have decided. Where active-standby is off, nobody stands by, and how often a taken role is tried for no line
 * says: as often as it was, within reason, for each attempt is a state. Milvus campaigns only where active-standby is on. How it goes
 * on after a loss is in its chart.
 */
function settingsFor(variant: Variant, said: readonly SaidLine[]): readonly ElectionSettings[] {
  const count = (wanted: Milestone): number => said.filter(({ milestone }) => milestone === wanted).length;
  const campaigns = count("campaigning");
  const standsBy = count("standby") + count("watching") > 0 || (variant !== shipped && campaigns > 0);
  // Who ended before it campaigned may have been going to stand by.
  const ways = standsBy ? [true] : campaigns > 0 ? [false] : [false, true];
  const exclusive = { retryTimes: Math.min(MOST_ATTEMPTS, Math.max(1, triesOf(said) ?? campaigns)) };
  const losses = variant === shipped ? (["registerAnew", "exit"] as const) : (["exit"] as const);
  return ways.flatMap((activeStandby) =>
    losses.map((afterLoss) => ({ activeStandby, afterLoss, ...(activeStandby ? {} : exclusive) })),
  );
}

/** How often the role was found taken before it gave up: what was campaigned for and not answered is no such time. Undefined: it did not. */
function triesOf(said: readonly SaidLine[]): number | undefined {
  const milestones = said.map(({ milestone }) => milestone);
  const end = milestones.indexOf("gaveUp");
  if (end < 0) return undefined;
  const life = milestones.slice(milestones.lastIndexOf("starting", end) + 1, end);
  const outruns = life.filter((milestone) => milestone === "outrun").length;
  return outruns === 0 ? undefined : outruns;
}

/** As often as Milvus tries by default. */
const MOST_ATTEMPTS = 30;

const spaces = new Map<string, ChartSpace>();

function spaceOf(variant: Variant, settings: ElectionSettings): ChartSpace {
  const key = `${variant.name} ${JSON.stringify(settings)}`;
  let known = spaces.get(key);
  if (known === undefined) spaces.set(key, (known = new ChartSpace(variant, settings)));
  return known;
}

/** The variants whose texts these are. */
export function variantsOf(source: LogSource): readonly Variant[] {
  const named = (...names: readonly string[]): Variant[] =>
    milvusVariants.filter(({ name }) => names.includes(name));
  if (source.ours > 0 || source.forms.has("leasehold")) return [shipped];
  if (source.forms.has("2.6")) return named("milvus-2.6", "milvus-3.0");
  if (source.forms.has("2.3")) return named("milvus-2.4", "milvus-2.3", "milvus-2.6.0");
  return source.forms.has("2.2")
    ? [...named("milvus-2.2", "milvus-2.2.9"), shipped]
    : [shipped, ...milvusVariants];
}

/** One for each log that says milestones. */
export function modelled(sources: readonly EvidenceSource[]): readonly ModelledSource[] {
  return sources.flatMap((source) => {
    if (source.type !== "log" || source.mapping !== undefined) return [];
    // A clock that was set back makes the order as printed the right one.
    const orders = [membersIn(source), membersIn(source, asPrinted)].map((members) =>
      members.filter((member) => saidBy(member).length > 0),
    );
    if (orders.every(({ length }) => length === 0)) return [];
    const tried: { variant: Variant; fits: readonly Fit[] }[] = [];
    for (const variant of variantsOf(source)) {
      for (const members of orders)
        tried.push({ variant, fits: members.map((member) => bestOf(variant, member)) });
      if (
        tried.slice(-2).some(({ fits }) => fits.every(({ conformance }) => conformance.stuck === undefined))
      )
        break;
    }
    const best = tried.toSorted((left, right) => explainedIn(right.fits) - explainedIn(left.fits))[0];
    if (best === undefined) return [];
    return [{ source, variant: best.variant, members: best.fits.map(withNearest) }];
  });
}

/** A member on one variant under the settings that explain most of it. */
interface Fit {
  readonly member: LoggedMember;
  readonly conformance: Conformance;
  readonly space: ChartSpace;
  readonly said: readonly SaidLine[];
  readonly must: ReadonlySet<Milestone>;
  readonly midway: boolean;
}

function withNearest({ conformance, member, midway, must, said, space }: Fit): ModelledMember {
  if (conformance.stuck === undefined) return { member, conformance };
  return { member, conformance, nearest: nearestRun(space, said, must, midway, conformance) ?? "far" };
}

function explainedIn(fits: readonly Fit[]): number {
  return fits.reduce((sum, { conformance }) => sum + conformance.explained, 0);
}

function bestOf(variant: Variant, member: LoggedMember): Fit {
  const said = saidBy(member);
  const midway = !BEGINNINGS.has(said[0]?.milestone ?? "");
  const wide = isMilvus(member.source) || variant !== shipped ? MILVUS : OURS;
  let best: Fit | undefined;
  for (const settings of settingsFor(variant, said)) {
    const must = settings.activeStandby ? wide : without(wide, EXCLUSIVE_HIDES);
    const space = spaceOf(variant, settings);
    const conformance = conform(space, said, must, midway);
    if (best === undefined || conformance.explained > best.conformance.explained)
      best = { member, conformance, space, said, must, midway };
    if (best.conformance.stuck === undefined) break;
  }
  if (best === undefined) throw new Error("no settings were tried");
  return best;
}

const BEGINNINGS: ReadonlySet<string> = new Set<Milestone>([
  "starting",
  "identified",
  "registered",
  "outrun",
  "gaveUp",
]);

function without(all: ReadonlySet<Milestone>, less: ReadonlySet<Milestone>): ReadonlySet<Milestone> {
  return new Set([...all].filter((one) => !less.has(one)));
}

/** Its milestones in the order of its clock; that it leaves is said once, however many lines say it. */
export function saidBy({ facts, source }: LoggedMember): readonly SaidLine[] {
  const isAsync = isMilvus(source);
  const said = facts.flatMap(({ place, what }): SaidLine[] => {
    if (what.type === "milestone") return [{ milestone: what.milestone, place }];
    if (what.type === "registerFinished" && !isAsync) return [{ milestone: "active", place }];
    return what.type === "leaving" ? [{ milestone: "exited", place }] : [];
  });
  return said.filter(({ milestone }, at) => milestone !== "exited" || said[at - 1]?.milestone !== "exited");
}
