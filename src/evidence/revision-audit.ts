/**
 * An audit of revisions: what stood under a prefix at one revision after another, each line with the revision and the prefix that
 * were asked for, since etcdctl's answer names neither. From two neighbours follows what the revision between them did, deletions
 * too; from two that lie farther apart only what stands there.
 */
import type { StatedChange } from "./fact.ts";
import { readStoreLine } from "./store-lines.ts";

type Json = Readonly<Record<string, unknown>>;

interface Snapshot {
  readonly revision: number;
  readonly puts: ReadonlyMap<string, StatedChange>;
}

/** One file's audit, a line after the other. */
export class RevisionAudit {
  /** Revisions of which etcd told nothing: it had compacted them, or did not know them yet. */
  untold = 0;
  readonly #last = new Map<string, Snapshot>();

  /** Undefined: it is no line of an audit. A line that is one, but without an answer, tells nothing. */
  take(json: Json | undefined, text: string): readonly StatedChange[] | undefined {
    if (json === undefined) {
      if (!NO_ANSWER.test(text)) return undefined;
      this.untold++;
      return [];
    }
    const { get, prefix, rev } = json;
    if (typeof get !== "object" || get === null || typeof prefix !== "string") return undefined;
    const told = readStoreLine(get as Json);
    const now = ((get as Json)["header"] as Json | undefined)?.["revision"];
    if (told === undefined || typeof now !== "number" || !isRevision(rev) || rev > now) return undefined;
    return this.#compared(prefix, rev === 0 ? now : rev, told, isWhole(get as Json));
  }

  #compared(
    prefix: string,
    revision: number,
    told: readonly StatedChange[],
    whole: boolean,
  ): readonly StatedChange[] {
    const before = this.#last.get(prefix);
    const puts = new Map(told.map((one) => [one.kv.key, one]));
    if (whole) this.#last.set(prefix, { revision, puts });
    else this.#last.delete(prefix);
    if (before === undefined || !whole || before.revision !== revision - 1) return told;
    const gone = [...before.puts.values()].filter(({ kv }) => !puts.has(kv.key));
    return [
      ...told.map((one) => (one.kv.modRevision === revision ? { ...one, by: "etcd" as const } : one)),
      ...gone.map(({ kv: { key } }): StatedChange => {
        const kv = { key, createRevision: 0, modRevision: revision, version: 0, lease: "0" };
        return { type: "change", by: "etcd", event: "DELETE", kv };
      }),
    ];
  }
}

const NO_ANSWER = /^\{"rev":\d{1,15},"prefix":"[^"]{0,1000}","get":\s*\}$/u;

function isRevision(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Nothing of what stands under the prefix is left out, as `--limit` does. */
function isWhole({ count = 0, kvs = [] }: Json): boolean {
  return Array.isArray(kvs) && kvs.length === count;
}
