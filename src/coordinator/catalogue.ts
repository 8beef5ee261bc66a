/**
 * The metadata that the active coordinator keeps: collections, in etcd and, while the term lasts, in memory.
 *
 * Every change is one transaction under two guards: the term's fencing token, and the revision of a sequence key that every
 * change moves. The second makes a change that went unanswered safe to send again: it is applied once or not at all, and a
 * copy that is still under way can never be applied after a later change.
 */
import { setImmediate as breathe, setTimeout as pause } from "node:timers/promises";
import { fromBytes, toBytes } from "../../models/bytes.ts";
import type { KeyValue, Revision, TxnOp } from "../../models/etcd-api.ts";
import { readCollection, type Collection, type CollectionRequest } from "./collection.ts";
import type { Term } from "../service/term.ts";
import { StartError } from "./start-error.ts";

const RETRY_MS = 50;
/** Collections read before something else gets its turn: the lease must be renewed however much there is to read. */
const READ_AT_ONCE = 500;

/** How a change ended. `unknown`: the term ended while it was unanswered; the next active one knows. */
export type CatalogueChange =
  | { readonly type: "done"; readonly collection: Collection; readonly revision: Revision }
  | { readonly type: "exists" | "absent" | "superseded" | "unknown" }
  | { readonly type: "refused"; readonly message: string };

export class Catalogue {
  readonly #term: Term;
  readonly #collections = new Map<string, Collection>();
  readonly #sequenceKey: string;
  readonly #selfCheckKey: string;
  #sequenceRevision: Revision = 0;
  #changes = 0;
  /** Changes that went unanswered and were then given up, since the sequence last moved: one of them may have been applied. */
  #open: readonly { readonly mark: string; readonly apply: () => void }[] = [];
  /** Somebody else has changed it during this term: what is known of it here is no longer true. */
  #disturbed = false;
  /** Changes go one after another. */
  #last: Promise<unknown> = Promise.resolve();

  /** Reads what stood in etcd when the term began. Throws a {@link StartError} that names a value it cannot read. */
  static async read(term: Term): Promise<Catalogue> {
    const catalogue = new Catalogue(term);
    let read = 0;
    for (const kv of term.metadata) {
      catalogue.#load(kv);
      if (++read % READ_AT_ONCE === 0) await breathe();
      if (term.signal.aborted) break;
    }
    return catalogue;
  }

  private constructor(term: Term) {
    this.#term = term;
    this.#sequenceKey = `${term.metadataPrefix}sequence`;
    this.#selfCheckKey = `${term.metadataPrefix}self-check`;
  }

  /** All collections, by name. */
  list(): readonly Collection[] {
    return [...this.#collections.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  describe(name: string): Collection | undefined {
    return this.#collections.get(name);
  }

  create({ description, fields, name }: CollectionRequest): Promise<CatalogueChange> {
    return this.#inTurn(async () => {
      if (this.#collections.has(name)) return { type: "exists" };
      const { serverId, token } = this.#term;
      const collection: Collection = { name, description, fields, token, serverId };
      const value = toBytes(JSON.stringify(collection));
      const put: TxnOp = { type: "put", key: this.#keyOf(name), value };
      return this.#commit(put, collection, () => void this.#collections.set(name, collection));
    });
  }

  drop(name: string): Promise<CatalogueChange> {
    return this.#inTurn(async () => {
      const collection = this.#collections.get(name);
      if (collection === undefined) return { type: "absent" };
      const drop: TxnOp = { type: "deleteRange", key: this.#keyOf(name) };
      return this.#commit(drop, collection, () => void this.#collections.delete(name));
    });
  }

  /**
   * Whether a change is still possible: writes a key of its own, plainly, for etcd's quota does not look into nested transactions.
   * False also where somebody else has changed the catalogue.
   */
  async isWritable(): Promise<boolean> {
    if (this.#disturbed) return false;
    const put: TxnOp = { type: "put", key: this.#selfCheckKey, value: String(this.#term.token) };
    return (await this.#term.write([put])).type === "applied";
  }

  #load(kv: KeyValue): void {
    if (kv.key === this.#selfCheckKey) return;
    if (kv.key === this.#sequenceKey) {
      this.#sequenceRevision = kv.modRevision;
      return;
    }
    const collection = readCollection(fromBytes(kv.value));
    if (collection === undefined || kv.key !== this.#keyOf(collection.name)) {
      throw new StartError(
        "environment",
        `the value of ${fromBytes(kv.key)} is not a collection`,
        "another program wrote it, or it is truncated: inspect it with etcdctl get, then delete or repair it",
        "etcd",
      );
    }
    this.#collections.set(collection.name, collection);
  }

  #keyOf(name: string): string {
    return `${this.#term.metadataPrefix}collection/${name}`;
  }

  #inTurn(change: () => Promise<CatalogueChange>): Promise<CatalogueChange> {
    const turn = this.#last.then(change);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #guarded(operation: TxnOp, mark: string): TxnOp {
    const key = this.#sequenceKey;
    return {
      type: "txn",
      compare: [{ key, target: "mod", result: "equal", modRevision: this.#sequenceRevision }],
      success: [operation, { type: "put", key, value: mark }],
      failure: [{ type: "range", key }],
    };
  }

  /** `apply`: takes the change over from etcd, once it is known to be there. */
  async #commit(operation: TxnOp, collection: Collection, apply: () => void): Promise<CatalogueChange> {
    const mark = `${this.#term.token}:${++this.#changes}`;
    let unanswered = false;
    for (;;) {
      const result = await this.#term.write([this.#guarded(operation, mark)]);
      if (result.type === "applied") {
        const sequence = sequenceAfter(result.responses, mark, result.revision);
        const earlier = this.#open.find((one) => one.mark === sequence.mark);
        if (sequence.mark !== mark && earlier === undefined) {
          this.#disturbed = true;
          throw new Error(`${fromBytes(this.#sequenceKey)} was changed by another process during this term`);
        }
        this.#sequenceRevision = sequence.revision;
        // The sequence has moved: whatever else was open can never be applied any more.
        this.#open = [];
        (earlier?.apply ?? apply)();
        if (earlier === undefined) return { type: "done", collection, revision: sequence.revision };
        continue;
      }
      if (result.type === "superseded") return { type: unanswered ? "unknown" : "superseded" };
      if (result.type === "refused") {
        if (unanswered) {
          this.#open = [...this.#open, { mark, apply }];
          return { type: "unknown" };
        }
        return this.#term.isCurrent() ? result : { type: "superseded" };
      }
      unanswered = true;
      await pause(RETRY_MS);
    }
  }
}

/** What the sequence key says after a change: that it was applied now, or which one had been before. */
function sequenceAfter(
  responses: (Awaited<ReturnType<Term["write"]>> & { type: "applied" })["responses"],
  mark: string,
  revision: Revision,
): { readonly mark: string | undefined; readonly revision: Revision } {
  const inner = responses[0];
  if (inner?.type === "txn" && inner.succeeded) return { mark, revision };
  const read = inner?.type === "txn" ? inner.responses[0] : undefined;
  const sequence = read?.type === "range" ? read.kvs[0] : undefined;
  return { mark: sequence?.value, revision: sequence?.modRevision ?? 0 };
}
