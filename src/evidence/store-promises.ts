/** The promises that etcd's revisions alone can settle: who held the active key, and whose writes were applied. No clock is asked. */
import { DEFAULT_META_ROOT, keysFor } from "../../models/dialect.ts";
import type { Revision, StoreEvent } from "../../models/etcd-api.ts";
import { fencing } from "../../properties/fencing.ts";
import { metadataComplete } from "../../properties/metadata-complete.ts";
import { oneKeyHolder } from "../../properties/one-key-holder.ts";
import type { Property } from "../../properties/property.ts";
import { tellViolation } from "../../properties/tell.ts";
import { told, type Told } from "../words/told.ts";
import { Cast } from "./cast.ts";
import type { LinePlace, RecordingSource } from "./fact.ts";
import { provenIn, type PlacedFinding, type PlacedObservation } from "./judge.ts";
import type { PlacedChange } from "./participants.ts";
import { lacksChanges, roleOfActiveKey, serverIdOf, tokenOf, type StoreEvidence } from "./store-keys.ts";
import type { EvidenceVerdict } from "./verdict.ts";

/** Names a server id as the logs and recordings do. */
export type NameOf = (serverId: number) => string;

/** Every verdict that this store's changes give; a promise that they say nothing about is missing. */
export function judgeStore(
  { changes, hasGap, root }: StoreEvidence & { readonly hasGap: boolean },
  recordings: readonly RecordingSource[],
  nameOf: NameOf,
): EvidenceVerdict[] {
  const cast = new Cast();
  const puts = activePuts(changes, root);
  const holderOf = new Map(puts.map(({ change, serverId }) => [change.kv.createRevision, serverId]));
  const observed = observationsOf(changes, root, cast, (id, token) => {
    const holder = id ?? (token === undefined ? undefined : holderOf.get(token));
    return holder === undefined ? `the holder of token ${token ?? "unknown"}` : nameOf(holder);
  });
  const writes = fenced(observed, changes, root, cast);
  const loaded = complete(observed, recordings, cast);
  const isWhole = !hasGap && !lacksChanges(changes);
  const isTold = isWhole && changes.some(({ change }) => change.by === "etcd");
  // Held needs every change; that all was loaded, also that none came after a successor had read.
  const isShown = (verdict: EvidenceVerdict): boolean =>
    verdict.type === "violated" ||
    (isTold && (verdict.property !== metadataComplete.name || writes.every(({ type }) => type === "held")));
  return [...keyHolder(puts, root, cast, nameOf), ...writes, ...loaded].map((verdict) =>
    isShown(verdict) ? verdict : { property: verdict.property, type: "cannot be told", ...LACKING },
  );
}

const LACKING = {
  why: "what is told was kept, but changes are missing between: by a gap in a watch, or since only what stood there is shown",
  remedy: "etcdctl watch --prefix <root> --rev=<the first> -w json, as long as etcd has not compacted it",
};

interface ActivePut extends PlacedChange {
  readonly role: string;
  readonly serverId: number | undefined;
}

function activePuts(changes: readonly PlacedChange[], root: string): ActivePut[] {
  return changes.flatMap((one) => {
    const role = roleOfActiveKey(one.change.kv.key, root);
    if (role === undefined || one.change.event !== "PUT") return [];
    return [{ ...one, role, serverId: serverIdOf(one.change.kv.value) }];
  });
}

/** Puts of active keys and of metadata that carry a token, under the names of the default root, by which judges know them. */
function observationsOf(
  changes: readonly PlacedChange[],
  root: string,
  cast: Cast,
  whoIs: (serverId: number | undefined, token: number | undefined) => string,
): PlacedObservation[] {
  return changes.flatMap(({ change, place }): PlacedObservation[] => {
    if (change.event !== "PUT") return [];
    const role = roleOfActiveKey(change.kv.key, root);
    const [, metadataOf, name = ""] = /^\/([^/]+)-meta\/(.*)$/su.exec(change.kv.key.slice(root.length)) ?? [];
    const token = metadataOf === undefined ? undefined : tokenOf(name, change.kv.value);
    if (role === undefined && (metadataOf === undefined || token === undefined)) return [];
    const who =
      role === undefined
        ? whoIs(undefined, token)
        : whoIs(serverIdOf(change.kv.value), change.kv.createRevision);
    const node = cast.placeOf(who, role ?? metadataOf ?? "");
    return [
      { place, observation: changeSeen(change, root, node, role === undefined ? String(token) : undefined) },
    ];
  });
}

function changeSeen(
  { event, kv }: PlacedChange["change"],
  root: string,
  node: number,
  value = kv.value ?? "",
): PlacedObservation["observation"] {
  const key = DEFAULT_META_ROOT + kv.key.slice(root.length);
  const seen: StoreEvent = { type: event, kv: { ...kv, key, value } };
  return { type: "change", at: kv.modRevision, event: seen, cause: "request", node };
}

/** A holder may write its key again, as Milvus does when it leaves; somebody else may not. */
function keyHolder(puts: readonly ActivePut[], root: string, cast: Cast, nameOf: NameOf): EvidenceVerdict[] {
  const created = new Map<string, ActivePut>();
  for (const put of puts) {
    const { kv } = put.change;
    const key = `${kv.key} ${kv.createRevision}`;
    const holder = created.get(key);
    if (holder === undefined || holder.serverId === undefined) created.set(key, put);
    else if (put.serverId !== undefined && put.serverId !== holder.serverId && kv.version > 1) {
      const node = cast.placeOf(nameOf(put.serverId), put.role);
      const observation = changeSeen(put.change, root, node);
      const found = provenIn(oneKeyHolder, cast.scenario(), [{ place: put.place, observation }]);
      if (found !== undefined) return [violated(oneKeyHolder, found, cast, root, [holder.place])];
    }
  }
  // Whoever wrote over a key without a name, or over one whose maker is not shown, may have been somebody else.
  const isUnsure = ({ change: { kv }, serverId }: ActivePut): boolean =>
    kv.version > 1 &&
    (serverId === undefined || created.get(`${kv.key} ${kv.createRevision}`)?.change.kv.version !== 1);
  if (puts.some(isUnsure)) return [];
  const wins = puts.filter(({ change: { by, kv } }) => kv.version === 1 && by !== "snapshot");
  const handovers = wins.filter(({ change, role }, at) =>
    wins
      .slice(0, at)
      .some((one) => one.role === role && one.change.kv.createRevision !== change.kv.createRevision),
  );
  if (handovers.length === 0) return [];
  return [
    {
      property: oneKeyHolder.name,
      type: "held",
      of: `${handovers.length === 1 ? "1 hand-over" : `${handovers.length} hand-overs`} of the active key: it was created anew each time`,
      lines: handovers.map(({ place }) => place),
    },
  ];
}

function fenced(
  observed: readonly PlacedObservation[],
  changes: readonly PlacedChange[],
  root: string,
  cast: Cast,
): EvidenceVerdict[] {
  const found = provenIn(fencing, cast.scenario(), observed);
  if (found !== undefined) {
    const { key, newestToken, revision, token } = found.finding.facts;
    const sentence = told(
      `etcd applied a write to ${String(key).replace(DEFAULT_META_ROOT, root)} at revision ${String(revision)} that carries ` +
        `token ${String(token)}, but token ${String(newestToken)} had been given out before: a superseded coordinator changed the metadata.`,
    );
    return [violated(fencing, found, cast, root, [], sentence)];
  }
  const tokens = new Set(activePuts(changes, root).map(({ change }) => change.kv.createRevision));
  // Of what stood there at first nobody knows what had been before.
  const byEtcd = new Set(
    changes.filter(({ change }) => change.by === "etcd").map(({ change }) => change.kv.modRevision),
  );
  const writes = observed.flatMap(({ observation, place }) => {
    if (observation.type !== "change" || !observation.event.kv.key.includes("-meta/")) return [];
    if (!byEtcd.has(observation.at)) return [];
    return [{ place, token: Number(observation.event.kv.value) }];
  });
  if (!isInOrder(observed)) return [];
  // Writes under one token alone could not have been superseded by what was seen.
  const known = new Set(writes.map(({ token }) => token).filter((token) => tokens.has(token)));
  if (known.size < 2) return [];
  return [
    {
      property: fencing.name,
      type: "held",
      of: `${writes.length} metadata writes under ${known.size} tokens: each was applied before the next token that is shown was given out`,
      lines: writes.map(({ place }) => place),
    },
  ];
}

/** Whether every write bears the newest token that is shown or borne before, also where no line shows how that was given out. */
function isInOrder(observed: readonly PlacedObservation[]): boolean {
  let newest = 0;
  return observed.every(({ observation }) => {
    if (observation.type !== "change") return true;
    const { key, createRevision, value } = observation.event.kv;
    const token = key.includes("-meta/") ? Number(value) : createRevision;
    const isNewest = token >= newest;
    newest = Math.max(newest, token);
    return isNewest;
  });
}

/** `readAt`: its recording shows an answer with what stood there at this revision; 0: it shows none. */
interface Begun extends PlacedObservation {
  readonly readAt: Revision;
}

/** A recording says what its coordinator had loaded; the store, what its predecessors had written before its token was born. */
function complete(
  observed: readonly PlacedObservation[],
  recordings: readonly RecordingSource[],
  cast: Cast,
): EvidenceVerdict[] {
  const begun = recordings.flatMap(({ name, scenario, stretches }) => {
    let readAt = 0;
    return stretches.flatMap((stretch) => {
      // What it read before a gap is not shown.
      let isShown = false;
      return stretch.flatMap(({ place, reloaded = 0, seen }) => {
        readAt = Math.max(readAt, reloaded);
        return seen.flatMap((one): Begun[] => {
          if (one.type !== "milestone" || one.token === 0) return [];
          if (one.milestone === "won") isShown = true;
          if (one.milestone !== "active" || !isShown) return [];
          const node = cast.placeOf(name, scenario.coordinators[0]?.role ?? "");
          return [{ place, observation: { ...one, node }, readAt }];
        });
      });
    });
  });
  let inherited = 0;
  let isClear = true;
  for (const one of begun) {
    const { observation } = one;
    if (observation.type !== "milestone") continue;
    const { role, token } = observation;
    // What came later than its token is another promise's matter.
    const writes = observed.filter(({ observation: { at, type } }) => type === "change" && at < token);
    // What was not there when it read had been deleted, by whomever.
    const unread = writes.filter(({ observation: { at } }) => at > one.readAt);
    const found = provenIn(metadataComplete, cast.scenario(), [...unread, one]);
    if (found !== undefined) return [violated(metadataComplete, found, cast, DEFAULT_META_ROOT)];
    isClear &&= provenIn(metadataComplete, cast.scenario(), [...writes, one]) === undefined;
    const prefix = keysFor(role).metadata;
    if (
      writes.some(({ observation: seen }) => seen.type === "change" && seen.event.kv.key.startsWith(prefix))
    )
      inherited++;
  }
  if (inherited === 0 || !isClear) return [];
  return [
    {
      property: metadataComplete.name,
      type: "held",
      of: `${inherited === 1 ? "1 coordinator that began" : `${inherited} coordinators that began`} to serve after writes of others that are known`,
      lines: begun.map(({ place }) => place),
    },
  ];
}

/** A finding as a verdict. `also`: lines that belong to the proof beside those that the judge needs. */
export function violated(
  property: Property,
  { finding, lines }: PlacedFinding,
  cast: Pick<Cast, "nameOf">,
  root: string,
  also: readonly LinePlace[] = [],
  sentence?: Told,
): EvidenceVerdict {
  const key: unknown = finding.facts["key"];
  const facts =
    typeof key === "string" ? { ...finding.facts, key: key.replace(DEFAULT_META_ROOT, root) } : finding.facts;
  const nodes = finding.nodes.map((node) => cast.nameOf(node));
  const { kind } = finding;
  return {
    property: property.name,
    type: "violated",
    kind,
    facts,
    nodes,
    sentence: sentence ?? tellViolation({ property: property.name, kind, at: finding.at, nodes, facts }),
    lines: [...also, ...lines],
  };
}
