/**
 * Whether what is told of the store can be of one history. A revision is made once: two changes of one key at one revision that differ, or
 * two processes whose transactions made the same revision, are of two stores, or of one that was restored from a backup, which bears the
 * ids of the first. So is a process that saw revisions go down.
 */
import type { TwoHistories } from "./etcd-histories.ts";
import {
  placeText,
  type EvidenceSource,
  type LinePlace,
  type RecordingSource,
  type StatedChange,
} from "./fact.ts";
import { momentsOf } from "./order.ts";
import { changesIn } from "./participants.ts";
import { roleOfActiveKey, storesIn } from "./store-keys.ts";

/** Undefined: nothing speaks against it. */
export function twoHistoriesIn(sources: readonly EvidenceSource[]): TwoHistories | undefined {
  const recordings = sources.filter((one): one is RecordingSource => one.type === "recording");
  return twoRoots(sources) ?? twoChanges(sources) ?? twoMakers(recordings) ?? goneBack(recordings);
}

/** Two deployments may share an etcd, and each has coordinators of the same roles. */
function twoRoots(sources: readonly EvidenceSource[]): TwoHistories | undefined {
  const known = new Map<string, string>();
  for (const source of sources)
    for (const root of rootsOf(source)) if (!known.has(root)) known.set(root, source.name);
  const [one, other] = known;
  if (one === undefined || other === undefined) return undefined;
  return {
    at: `${one[1]} and ${other[1]}`,
    what: `their keys stand under ${one[0]} and under ${other[0]}: they are of two deployments`,
    remedy: "validate what is of each alone",
  };
}

/** A watch may be of several; whoever takes part is of one. */
function rootsOf(source: EvidenceSource): readonly string[] {
  if (source.type === "store") return [];
  if (source.type === "log") return [...source.roots];
  const roles = new Set(source.scenario.coordinators.map(({ role }) => role));
  return storesIn(changesIn([source])).flatMap(({ changes, root }) =>
    changes.some(({ change }) => roles.has(roleOfActiveKey(change.kv.key, root) ?? "")) ? [root] : [],
  );
}

function twoChanges(sources: readonly EvidenceSource[]): TwoHistories | undefined {
  const known = new Map<string, { readonly place: LinePlace; readonly change: StatedChange }>();
  for (const { change, place } of sources.flatMap(statedIn)) {
    const { key, modRevision } = change.kv;
    const name = `${modRevision} ${key}`;
    const other = known.get(name);
    if (other === undefined) known.set(name, { place, change });
    else if (differ(change, other.change))
      return told([other.place, place], `revision ${modRevision} changes ${key} in two ways`);
  }
  return undefined;
}

function statedIn(source: EvidenceSource): { place: LinePlace; change: StatedChange }[] {
  if (source.type === "recording")
    return source.stretches
      .flat()
      .flatMap(({ changes, place }) => changes.map((change) => ({ change, place })));
  // Logs quote values, and cut them.
  if (source.type === "log") return [];
  return source.facts.flatMap(({ place, what }) => (what.type === "change" ? [{ place, change: what }] : []));
}

/** What one of them does not say, the other may; of a deletion most say no more than its revision. */
function differ(one: StatedChange, other: StatedChange): boolean {
  if (one.event !== other.event) return true;
  if (one.event === "DELETE") return false;
  const [a, b] = [one.kv, other.kv];
  if (a.value !== undefined && b.value !== undefined && a.value !== b.value) return true;
  return a.createRevision !== b.createRevision || a.version !== b.version;
}

function twoMakers(recordings: readonly RecordingSource[]): TwoHistories | undefined {
  const makers = new Map<number, { readonly source: RecordingSource; readonly place: LinePlace }>();
  for (const source of recordings)
    for (const { answered, place } of source.stretches.flat()) {
      if (answered?.made === undefined) continue;
      const other = makers.get(answered.made);
      if (other !== undefined && other.source !== source)
        return told(
          [other.place, place],
          `both say that a transaction of their own made revision ${answered.made}`,
        );
      makers.set(answered.made, { source, place });
    }
  return undefined;
}

function goneBack(recordings: readonly RecordingSource[]): TwoHistories | undefined {
  for (const source of recordings) {
    const moment = momentsOf(source)
      .flat()
      .find(({ after, before }) => before <= after);
    if (moment !== undefined)
      return told(
        [moment.place],
        `the store had come to revision ${moment.after} by then, and to ${moment.before} only later`,
      );
  }
  return undefined;
}

function told(places: readonly LinePlace[], what: string): TwoHistories {
  return {
    at: places.map(placeText).join(" and "),
    what: `${what}: they are of two histories of etcd, or it was restored from a backup between them`,
    remedy: "validate what is of each alone",
  };
}
