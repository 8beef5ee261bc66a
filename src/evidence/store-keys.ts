/** What the keys of one cluster say: whose they are, by whom they were put, under which token; and whether some change of theirs is told by nobody. */
import type { PlacedChange } from "./participants.ts";

/** What is known of one cluster's keys: all that stand under one root. */
export interface StoreEvidence {
  readonly root: string;
  readonly changes: readonly PlacedChange[];
}

/** Every root that some key stands under. */
export function storesIn(changes: readonly PlacedChange[]): readonly StoreEvidence[] {
  const sessionRoots = sessionRootsIn(changes);
  const found = new Map<string, PlacedChange[]>();
  for (const one of changes) {
    const { key } = one.change.kv;
    const root = sessionRoots.find((known) => belongs(key, known)) ?? metadataRootOf(key);
    if (root === undefined) continue;
    const all = found.get(root);
    if (all === undefined) found.set(root, [one]);
    else all.push(one);
  }
  return [...found].map(([root, all]) => ({ root, changes: all }));
}

/** A role's metadata may have names like sessions, and a root one like metadata: what stands in another's metadata is none. */
function sessionRootsIn(changes: readonly PlacedChange[]): readonly string[] {
  const roots = new Set(
    changes.flatMap(({ change }) => /^(.*)\/session\/[^/]+$/su.exec(change.kv.key)?.[1] ?? []),
  );
  return [...roots].filter((root) => ![...roots].some((other) => isMetadata(`${root}/`, other)));
}

function belongs(key: string, root: string): boolean {
  return key.startsWith(`${root}/session/`) || isMetadata(key, root);
}

function isMetadata(key: string, root: string): boolean {
  return key.startsWith(`${root}/`) && /^[^/]+-meta\//u.test(key.slice(root.length + 1));
}

/** Where no session tells. */
function metadataRootOf(key: string): string | undefined {
  return /^(.*?)(?:\/[^/]+-meta)+\/.*$/su.exec(key)?.[1];
}

/** The role whose active key this is; undefined: it is another key. */
export function roleOfActiveKey(key: string, root: string): string | undefined {
  const role = key.startsWith(`${root}/session/`) ? key.slice(root.length + "/session/".length) : "";
  return role === "" || role === "id" || role === "version" || /-\d+$|\//u.test(role) ? undefined : role;
}

/** Who put a session; undefined: its value does not tell. */
export function serverIdOf(value: string | undefined): number | undefined {
  const id = /"ServerID"\s*:\s*(\d{1,15})\b/u.exec(value ?? "")?.[1];
  return id === undefined ? undefined : Number(id);
}

/**
 * The fencing token that a write of metadata carries, as leasehold's catalogue and its simulation write it; undefined: it carries none.
 * Milvus keeps metadata under such keys too (`datacoord-meta/`), and a number in there is no token.
 */
export function tokenOf(name: string, value: string | undefined): number | undefined {
  const forms = /^collection-\d+$/u.test(name) ? SIMULATED : (FORMS[name] ?? COLLECTION);
  const found = forms.exec(value ?? "")?.[1];
  return found === undefined ? undefined : Number(found);
}

const SIMULATED = /^(\d{1,15}):\d+:\d+$/u;
const COLLECTION = /^\{"name":.*"token":(\d{1,15}),"serverId":\d+\}$/su;
const FORMS: Readonly<Record<string, RegExp>> = {
  sequence: /^(\d{1,15}):\d+$/u,
  "self-check": /^(\d{1,15})$/u,
};

/** Something happened to a key that nobody tells of: it was created again without being deleted, or has changed more often than is told. */
export function lacksChanges(changes: readonly PlacedChange[]): boolean {
  const shown = changes.filter(({ change }) => change.by === "snapshot");
  // What stood there at first may be shown; what is shown later, nobody told of.
  const [first] = shown;
  const newest = shown.at(-1)?.change.kv.modRevision ?? 0;
  const isLate = ({ change, place }: PlacedChange): boolean =>
    change.by === "snapshot"
      ? place !== first?.place
      : change.by === "etcd" && change.kv.modRevision <= newest;
  if (changes.some(isLate)) return true;
  const last = new Map<string, PlacedChange["change"]>();
  for (const { change } of changes) {
    const { key, version } = change.kv;
    const before = last.get(key);
    last.set(key, change);
    if (change.event === "DELETE") continue;
    if (version === 1 ? before?.event === "PUT" : before?.event === "DELETE") return true;
    if (version > 1 && before !== undefined && before.kv.version !== version - 1) return true;
  }
  return false;
}
