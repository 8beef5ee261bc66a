/**
 * Revisions, leases and server ids of a world by rank: what matters of them is which is older, not how many came before.
 */
import type { Base, Identities, Visitor } from "./identities.ts";
import { Disagreement } from "./not-explorable.ts";

/** A change that etcd's history still has. */
export interface Past {
  readonly key: string;
  readonly revision: number;
}

/** One lease of that rank, as etcd numbers them. */
export function leaseOfRank(rank: number): string {
  return `7587${String(rank).padStart(15, "0")}`;
}

/** A key, or every session's. */
function concernsKey(asked: string, changed: string): boolean {
  return asked === changed || (asked.endsWith("-") && changed.startsWith(asked));
}

/** The changes that somebody of these can still ask for. */
export function askedFor(all: readonly Identities[], past: readonly Past[]): Past[] {
  return past.filter((change) =>
    all.some(({ bases }) =>
      bases.some(
        ({ key, revision }) => concernsKey(key, change.key) && 0 < revision && revision < change.revision,
      ),
    ),
  );
}

/** Whether somebody who knew as much `before` asks for changes now that nobody kept for it. */
export function reachesBack(before: Identities, after: Identities): boolean {
  return after.bases.some(
    ({ key, revision }) =>
      !before.bases.some((known) => concernsKey(known.key, key) && known.revision <= revision),
  );
}

const FIRST_SERVER = 1;
/** A revision that is so far ahead is never reached. */
const FUTURE = 1_000_000;

/** What judges remember of identities: of server ids no others than somebody of these knows. `forgets`: there were some. */
export function rememberedOf(
  all: readonly Identities[],
  memory: Identities,
): { readonly identities: Identities; readonly forgets: boolean } {
  const servers = memory.servers.filter(
    (id) => id === FIRST_SERVER || all.some((one) => one.servers.includes(id)),
  );
  return { identities: { ...memory, servers }, forgets: servers.length < memory.servers.length };
}

/** etcd's history, as names are given by it. */
export interface RankedHistory {
  /** The changes that still can be asked for. */
  readonly kept: readonly Past[];
  readonly present: number;
  /** 0: nothing was compacted. */
  readonly compacted: number;
  /** Whether it may be compacted, up to the present. */
  readonly compactable: boolean;
  /** Whether changes of any key may be asked for, from the revision of one as well as from the next. */
  readonly whole: boolean;
}

/** New names for everything that these parts know. */
export function ranksOf(all: readonly Identities[], history: RankedHistory): Renaming {
  const { compactable, compacted, kept, present, whole } = history;
  const revisions = new Set([present, ...kept.map(({ revision }) => revision)]);
  const leases = new Set<string>();
  // Who finds no counter takes this one.
  const servers = new Set([FIRST_SERVER]);
  for (const one of all) {
    for (const revision of one.revisions) revisions.add(revision);
    for (const id of one.leases) leases.add(id);
    for (const id of one.servers) servers.add(id);
  }
  const rankOf = rankedRevisions(
    [...revisions].sort((left, right) => left - right),
    compactable ? [compacted, present] : [compacted],
  );
  const serverOf = new Map([...servers].sort((left, right) => left - right).map((id, at) => [id, at + 1]));
  const leaseOf = new Map([...leases].sort().map((id, at) => [id, leaseOfRank(at + 1)]));
  const last = get(rankOf, present);
  const ahead = (by: number) => last + (by < FUTURE / 2 ? by : FUTURE);
  const concerned = (key: string) => (whole ? kept : kept.filter((change) => concernsKey(key, change.key)));
  /** Of the first change from that revision on. */
  const nextFrom = (key: string, revision: number) =>
    concerned(key).reduce(
      (least, change) => (change.revision < revision ? least : Math.min(least, get(rankOf, change.revision))),
      last,
    );
  /** What is before the present by more than that is compacted with it. */
  const apart = (rank: number, by: number) => (compactable && by > 0 ? Math.min(rank, last - 1) : rank);
  const base = (key: string, revision: number): number => {
    if (revision < compacted) return get(rankOf, compacted) - (revision + 1 === compacted ? 1 : 2);
    if (revision >= present) return ahead(revision - present);
    if (whole && kept.some((change) => change.revision === revision)) return get(rankOf, revision);
    return start(key, revision + 1) - 1;
  };
  const start = (key: string, revision: number): number => {
    if (revision < compacted) return get(rankOf, compacted) - 1;
    if (revision > present) return ahead(revision - present);
    return apart(nextFrom(key, revision), present - revision);
  };
  return {
    text: JSON.stringify([history, [...rankOf], [...serverOf], [...leaseOf]]),
    changes:
      [...rankOf, ...serverOf].some(([from, to]) => from !== to) ||
      [...leaseOf].some(([from, to]) => from !== to),
    renamesBase: ({ key, revision, starts }) =>
      (starts ? start(key, revision + 1) - 1 : base(key, revision)) !== revision,
    picked: leases.size,
    knows: (serverId) => serverOf.has(serverId),
    visitor: {
      revision: (one) => get(rankOf, one),
      base,
      start,
      lease: (id) => leaseOf.get(id) ?? id,
      server: (id) => get(serverOf, id),
    },
  };
}

export interface Renaming {
  readonly visitor: Visitor;
  /** The same for two that rename alike. */
  readonly text: string;
  /** Whether anything is called otherwise than before; bases are not counted. */
  readonly changes: boolean;
  readonly renamesBase: (base: Base) => boolean;
  /** How many leases there are names for. */
  readonly picked: number;
  /** Whether there is a name for that server id. */
  readonly knows: (serverId: number) => boolean;
}

/** The least rank is greater than what stands for nothing, and than what is before it. */
const FIRST_RANK = 4;

/**
 * Two apart, so that between two of them there is room for "before the later one"; but what is next to one of the `borders` stays next to
 * it: up to there history is compacted, and whoever asks for what follows is still told everything.
 */
function rankedRevisions(sorted: readonly number[], borders: readonly number[]): ReadonlyMap<number, number> {
  const ranks = new Map<number, number>();
  let rank = FIRST_RANK;
  for (const [at, revision] of sorted.entries()) {
    if (at > 0) rank += borders.includes(revision) && sorted[at - 1] === revision - 1 ? 1 : 2;
    ranks.set(revision, rank);
  }
  return ranks;
}

function get(ranks: ReadonlyMap<number, number>, value: number): number {
  const rank = ranks.get(value);
  if (rank === undefined) throw new Disagreement(`${value} has no rank`);
  return rank;
}
