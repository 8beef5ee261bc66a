/** The catalogue on a store made by hand that applies what it says it applies, and answers as it is told to. */
import { describe, expect, it } from "vitest";
import type { KeyValue, TxnOp, TxnResponse } from "../../models/etcd-api.ts";
import { Catalogue } from "../../src/coordinator/catalogue.ts";
import type { WriteResult } from "../../src/election/member.ts";
import type { Term } from "../../src/service/term.ts";

const PREFIX = "by-dev/meta/rootcoord-meta/";
const REFUSED: WriteResult = { type: "refused", message: "etcdserver: mvcc: database space exceeded" };
const UNKNOWN: WriteResult = { type: "unknown", message: "no reply in time" };
type Fate = "answered" | "applied, unanswered" | "lost" | "refused";

/** Keys with their revisions; transactions nested as the catalogue nests them. */
class Store {
  readonly kvs = new Map<string, KeyValue>();
  revision = 10;

  put(key: string, value: string): void {
    this.kvs.set(key, { key, value, createRevision: 1, modRevision: this.revision, version: 1, lease: "0" });
  }

  apply(operation: TxnOp): TxnResponse["responses"][number] {
    if (operation.type === "put") {
      this.revision++;
      this.put(operation.key, operation.value ?? "");
      return { type: "put", header: { revision: this.revision, raftTerm: 2 } };
    }
    if (operation.type !== "txn") throw new Error("the catalogue sends transactions and puts");
    const [compare] = operation.compare;
    const now = this.kvs.get(compare?.key ?? "");
    const wanted = compare?.target === "mod" ? compare.modRevision : -1;
    const succeeded = (now?.modRevision ?? 0) === wanted;
    const header = { revision: this.revision, raftTerm: 2 };
    if (!succeeded) {
      const kvs = now === undefined ? [] : [now];
      const responses = [{ type: "range", header, kvs, more: false, count: kvs.length } as const];
      return { type: "txn", header, succeeded, responses };
    }
    this.revision++;
    for (const one of operation.success) {
      if (one.type === "put") this.put(one.key, one.value ?? "");
      if (one.type === "deleteRange") this.kvs.delete(one.key);
    }
    return { type: "txn", header: { ...header, revision: this.revision }, succeeded, responses: [] };
  }
}

/** A term whose writes meet these fates in turn, and are answered afterwards. */
async function catalogueOn(store: Store, fates: Fate[]): Promise<Catalogue> {
  const term = {
    token: 4,
    serverId: 1,
    metadata: [...store.kvs.values()],
    metadataPrefix: PREFIX,
    signal: new AbortController().signal,
    isCurrent: () => true,
    read: () => Promise.reject(new Error("not asked")),
    write([operation]: readonly TxnOp[]): Promise<WriteResult> {
      const fate = fates.shift() ?? "answered";
      if (operation === undefined || fate === "refused") return Promise.resolve(REFUSED);
      if (fate === "lost") return Promise.resolve(UNKNOWN);
      const response = store.apply(operation);
      if (fate === "applied, unanswered") return Promise.resolve(UNKNOWN);
      return Promise.resolve({ type: "applied", revision: store.revision, responses: [response] });
    },
  } satisfies Term;
  return Catalogue.read(term);
}

const films = { name: "films", description: "", fields: [] };
const books = { ...films, name: "books" };

describe("the catalogue", () => {
  it("takes over a change that was applied unanswered and then refused, and goes on", async () => {
    const catalogue = await catalogueOn(new Store(), ["applied, unanswered", "refused"]);
    expect(await catalogue.create(films)).toEqual({ type: "unknown" });
    expect(catalogue.list()).toEqual([]);
    expect(await catalogue.create(books)).toMatchObject({ type: "done" });
    expect(catalogue.list().map(({ name }) => name)).toEqual(["books", "films"]);
    expect(await catalogue.drop("films")).toMatchObject({ type: "done" });
  });

  it("forgets one that was lost and then refused, for it can never be applied any more", async () => {
    const catalogue = await catalogueOn(new Store(), ["lost", "refused"]);
    expect(await catalogue.create(films)).toEqual({ type: "unknown" });
    expect(await catalogue.create(books)).toMatchObject({ type: "done" });
    expect(catalogue.list().map(({ name }) => name)).toEqual(["books"]);
    expect(await catalogue.create(films)).toMatchObject({ type: "done" });
  });

  it("finds the one of several unknown changes that was applied", async () => {
    const fates: Fate[] = ["lost", "refused", "applied, unanswered", "refused", "lost", "refused"];
    const catalogue = await catalogueOn(new Store(), fates);
    for (const name of ["a", "b", "c", "d"]) await catalogue.create({ ...films, name });
    expect(catalogue.list().map(({ name }) => name)).toEqual(["b", "d"]);
  });

  it("sends an unanswered change again, and applies it once", async () => {
    const store = new Store();
    const catalogue = await catalogueOn(store, ["applied, unanswered", "lost", "answered"]);
    expect(await catalogue.create(films)).toMatchObject({ type: "done", revision: 11 });
    expect(store.revision).toBe(11);
  });

  it("is not writable while etcd refuses, nor once somebody else has changed it", async () => {
    const store = new Store();
    const catalogue = await catalogueOn(store, ["answered", "refused"]);
    await catalogue.create(films);
    expect(await catalogue.isWritable()).toBe(false);
    expect(await catalogue.isWritable()).toBe(true);
    store.revision++;
    store.put(`${PREFIX}sequence`, "by hand");
    await expect(catalogue.create(books)).rejects.toThrow("was changed by another process");
    expect(await catalogue.isWritable()).toBe(false);
  });
});
