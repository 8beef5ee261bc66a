/** Which leases there were at each revision: the store's own history does not tell, and a snapshot of then has them. */
import type { Etcd } from "../../models/etcd.ts";
import type { Lessor } from "../../models/etcd/types.ts";

type Leases = Lessor["leases"];

/** Trees that never change share what is the same in them, so that a revision costs a reference. */
export class LeaseHistory {
  readonly #last = new Map<number, Leases>();
  #oldest = 1;

  /** The store goes from one revision to another, or is another one. */
  note(before: Etcd, after: Etcd): void {
    const { compactRevision, revision } = after.store;
    this.#last.set(before.store.revision, before.lessor.leases);
    // What comes again is another.
    if (revision < before.store.revision)
      for (const known of this.#last.keys()) if (known >= revision) this.#last.delete(known);
    for (; this.#oldest < compactRevision; this.#oldest++) this.#last.delete(this.#oldest);
  }

  /** The last ones of that revision; undefined: it was before this server. */
  at(revision: number): Leases | undefined {
    return this.#last.get(revision);
  }
}
