/** Which spaces are to be explored, read off the flags; and the command that says it again. */
import { createHash } from "node:crypto";
import { DEFAULT_TTL_SECONDS } from "../../../models/timing.ts";
import { shipped, type Variant } from "../../../models/variant.ts";
import { propertyNames } from "../../../properties/check.ts";
import { searchable } from "../../search/graph-promises.ts";
import { STATE_PROMISES } from "../../search/promises.ts";
import { FAULT_CLASSES, gridFault, type Space } from "../../search/space.ts";
import { writeDuration } from "../../scenario-file/duration.ts";
import { knownName } from "../base/names.ts";
import { shellWord } from "../base/shell-word.ts";
import { UserError } from "../base/user-error.ts";
import type { ExploreFlags } from "./flags.ts";

/** The one-way time of a message is this part of the TTL: a round trip then fits into the patience with a request. */
const TRIPS_A_TTL = 30;

/** What is explored where nothing is said: two coordinators, and as many as fit into a minute with three. */
const BY_DEFAULT: readonly { readonly faults: readonly string[]; readonly coordinators: number }[] = [
  [],
  ["crash"],
  ["stop"],
  ["loss"],
  ["delay"],
  ["duplicate"],
  ["refuse"],
  ["compaction"],
  ["leader"],
  ["mute-watch"],
  ["drift"],
  ["pause"],
  ["restart"],
  ["partition"],
]
  .map((faults) => ({ faults, coordinators: 2 }))
  .concat([["crash"], ["loss"]].map((faults) => ({ faults, coordinators: 3 })));

/** Longer trips fit into no patience with a request, however long the TTL. */
const MOST_USUAL_GRID_MS = 2000;

function usualGridMs(ttlSeconds: number): number {
  return Math.min(Math.floor((ttlSeconds * 1000) / TRIPS_A_TTL), MOST_USUAL_GRID_MS);
}

/** What a bound is where it is not given; undefined: that depends on the space, or is no value. */
export function usual(
  flag: "coordinators" | "faults" | "budget" | "ttl" | "grid" | "variant" | "writes",
  { coordinators, faults, ttl = DEFAULT_TTL_SECONDS }: Pick<ExploreFlags, "coordinators" | "faults" | "ttl">,
): string | number | boolean | undefined {
  switch (flag) {
    case "ttl":
      return DEFAULT_TTL_SECONDS;
    case "grid":
      return usualGridMs(ttl);
    case "budget":
      return faults === NONE ? undefined : 1;
    case "variant":
      return shipped.name;
    case "writes":
      return false;
    case "coordinators":
      // Without faults named, some spaces have three.
      return faults === undefined ? coordinators : 2;
    case "faults":
      return undefined;
  }
}

const FAULT_NAMES = FAULT_CLASSES.map(({ name }) => name);
const NONE = "none";

/** Kinds of faults that are explored only where they are named. */
export const NOT_BY_DEFAULT: readonly string[] = FAULT_NAMES.filter(
  (name) => !BY_DEFAULT.some(({ faults }) => faults.includes(name)),
);

const ABOUT_WRITES = new Set(
  STATE_PROMISES.flatMap(({ name, needsWrites }) => (needsWrites === true ? [name] : [])),
);

/** The promises to be judged, in the catalogue's order. Throws a UserError for one that is none, or says nothing here. */
export function promisesOf(names: readonly string[], { writes = false }: ExploreFlags): readonly string[] {
  for (const name of names) {
    if (propertyNames().includes(name) && !searchable.includes(name))
      throw new UserError({
        where: name,
        what: "explore cannot judge it: whether it is kept does not show in a state, nor on the ways between states",
        remedy: `leasehold check ${name} judges it by chance; explore judges ${searchable.join(", ")}`,
      });
    knownName(name, searchable, "promise to explore");
    if (ABOUT_WRITES.has(name) && !writes)
      throw new UserError({
        what: `${name} is about writes, and nobody writes here`,
        remedy: "add --writes",
      });
  }
  const possible = searchable.filter((name) => writes || !ABOUT_WRITES.has(name));
  return names.length === 0 ? possible : possible.filter((name) => names.includes(name));
}

/** Throws a UserError for a space that cannot be. */
export function spacesOf(flags: ExploreFlags, variant: Variant): Space[] {
  const ttlSeconds = flags.ttl ?? DEFAULT_TTL_SECONDS;
  const gridMs = flags.grid ?? usualGridMs(ttlSeconds);
  const wrong = gridFault({ gridMs, ttlSeconds });
  if (wrong !== undefined)
    throw new UserError({
      where: `--grid ${writeDuration(gridMs)}`,
      what: wrong,
      remedy: `write a shorter one, such as --grid ${writeDuration(usualGridMs(ttlSeconds))}`,
    });
  const one = (faults: readonly string[], coordinators = 2): Space => ({
    coordinators: flags.coordinators ?? coordinators,
    faults,
    budget: faults.length === 0 ? 0 : (flags.budget ?? 1),
    ttlSeconds,
    gridMs,
    variant,
    writes: flags.writes === true,
  });
  if (flags.faults !== undefined) {
    const faults = faultsIn(flags.faults);
    if (faults.length === 0 && flags.budget !== undefined)
      throw new UserError({
        where: "--budget",
        what: "nothing may go wrong here",
        remedy: "name --faults, or leave it out",
      });
    return [one(faults)];
  }
  const wanted = BY_DEFAULT.filter(
    ({ coordinators }) => flags.coordinators === undefined || coordinators === 2,
  );
  return wanted.map(({ coordinators, faults }) => one(faults, coordinators));
}

/** Faults of scenarios that no space has, and why. */
const UNPLACED: readonly (readonly [kinds: readonly string[], why: string])[] = [
  [
    ["handOver"],
    "who asks for the role reads the store first, and a space knows steps that tell etcd something alone",
  ],
  [["strand"], "states know no leader that lost touch"],
  [["hammer"], "every write of others makes a state of its own, and such a space would not close"],
  [["fillUp"], "states know no etcd whose space is used up"],
  [
    ["memberDown", "memberCut", "memberFrozen", "memberLags", "memberApart"],
    "states know etcd as one server, not its members",
  ],
  [
    ["suspend", "driftEtcd", "stepEtcd"],
    "in states etcd's clock is the true one, by which all others are dated",
  ],
  [["goBack"], "states have revisions by rank, and a store that goes back gives them anew"],
  [
    ["crowd", "hoard"],
    "a state with a thousand leases or keys has each of them in it, and a space would not fit",
  ],
  [["probe"], "a supervisor that looks again and again is no part of a state"],
  [["takeId"], "somebody else who registers makes a state of its own, and such a space would not close"],
];

function faultsIn(text: string): string[] {
  if (text === NONE) return [];
  const names = text.split(",");
  if (names.includes(NONE))
    throw new UserError({
      where: `--faults ${text}`,
      what: `${NONE} says that nothing may go wrong, and stands alone`,
      remedy: `leave ${NONE} out, or write --faults ${NONE}`,
    });
  for (const name of names) {
    const why = UNPLACED.find(([kinds]) => kinds.includes(name))?.[1];
    if (why !== undefined)
      throw new UserError({
        where: `--faults ${name}`,
        what: `explore cannot place it: ${why}`,
        remedy: `leasehold explore --list names what it can; leasehold check --faults ${name} tries it by chance`,
      });
    knownName(name, FAULT_NAMES, "fault", "leasehold explore --list");
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new UserError({
      where: "--faults",
      what: `${twice} is named twice`,
      remedy: `name it once; --budget 2 lets it strike twice`,
    });
  return names;
}

/** What of the asking a space does not have. */
export interface AskedAgain {
  /** Promises that were named. */
  readonly names: readonly string[];
  /** The variant, as it was named. */
  readonly variant: string | undefined;
}

/** What is not as usual of a space, but for faults and coordinators: flags, with their values if they take one. */
function unusual({ budget, gridMs, ttlSeconds, writes }: Space): readonly (readonly string[])[] {
  return [
    ...(budget > 1 ? [["budget", String(budget)]] : []),
    ...(ttlSeconds === DEFAULT_TTL_SECONDS ? [] : [["ttl", `${ttlSeconds}s`]]),
    ...(gridMs === usualGridMs(ttlSeconds) ? [] : [["grid", writeDuration(gridMs)]]),
    ...(writes ? [["writes"]] : []),
  ];
}

/** The command that explores this space again. */
export function commandToExplore(space: Space, { names, variant: word }: AskedAgain): string {
  const { coordinators, faults, variant } = space;
  return [
    "leasehold explore",
    ...names,
    `--faults ${faults.length === 0 ? NONE : faults.join(",")}`,
    ...(coordinators === 2 ? [] : [`--coordinators ${coordinators}`]),
    ...unusual(space).map((words) => `--${words.join(" ")}`),
    ...(variant === shipped ? [] : [`--variant ${shellWord(word ?? variant.name)}`]),
  ].join(" ");
}

/** Kinds of faults in a file's name take no more characters. */
const WIDEST_NAME = 60;

/** The space as a part of a file's name, its variant left out: another one for each other space. */
export function nameOfSpace(space: Space): string {
  const { coordinators, faults } = space;
  const kinds = faults.length === 0 ? NONE : faults.join("-");
  const short =
    kinds.length <= WIDEST_NAME
      ? kinds
      : `${faults.length}-kinds-${createHash("sha256").update(kinds).digest("hex").slice(0, 8)}`;
  return [short, String(coordinators), ...unusual(space).flat()].join("-");
}
