/** Watches: what etcd 3.4.23 was measured to send, and where later releases differ. */
import { describe, expect, it } from "vitest";
import { drive, eventsOf, type Driver } from "./etcd-driver.ts";

const put = (key: string, value = "v") => ({ type: "put", key, value }) as const;
const del = (key: string) => ({ type: "deleteRange", key }) as const;

function filled(options: Parameters<typeof drive>[0] = {}): Driver {
  const etcd = drive(options);
  etcd.ok(put("a", "1"));
  etcd.ok(put("b", "1"));
  etcd.ok(put("a", "2"));
  etcd.ok(del("a"));
  return etcd; // at revision 5
}

const created = {
  created: true,
  canceled: false,
  compactRevision: 0,
  cancelReason: "",
  fragment: false,
  events: [],
};
const header = (revision: number) => ({ revision, raftTerm: 2 });

describe("watch", () => {
  it("first answers that it is created, then brings what comes after", () => {
    const etcd = filled();
    etcd.watch(4, { key: "a" });
    expect(etcd.watched()).toEqual([{ ...created, watchId: 4, header: header(5) }]);
    etcd.ok(put("a", "3"));
    etcd.ok(put("c"));
    const kv = { key: "a", value: "3", createRevision: 6, modRevision: 6, version: 1, lease: "0" };
    expect(etcd.watched()).toEqual([
      { ...created, created: false, watchId: 4, header: header(6), events: [{ type: "PUT", kv }] },
    ]);
  });

  it("tells of a change before the one who made it gets the answer", () => {
    const etcd = filled();
    etcd.watch(1, { key: "a" });
    etcd.watched();
    expect(
      etcd.step({ type: "request", client: 2, id: 1, request: put("a") }).map(({ type }) => type),
    ).toEqual(["watch", "reply"]);
  });

  it("brings the past with the next pass of the 100 ms loop, several revisions in one response", () => {
    const etcd = filled();
    etcd.advance(250);
    etcd.watch(1, { key: "a", startRevision: 2 });
    etcd.advance(49);
    expect(etcd.watched()).toHaveLength(1);
    etcd.advance(1);
    const [response, ...others] = etcd.watched();
    expect(others).toEqual([]);
    expect(response?.header.revision).toBe(5);
    expect(response?.events.map((event) => event.kv.modRevision)).toEqual([2, 4, 5]);
    etcd.ok(put("a"));
    expect(eventsOf(etcd.watched())).toEqual(["PUT a@6"]);
  });

  it("brings each change once and in order, also those made while it catches up", () => {
    const etcd = filled();
    etcd.watch(1, { key: "a", startRevision: 4 });
    etcd.ok(put("a"));
    expect(eventsOf(etcd.watched())).toEqual([]);
    etcd.advance(100);
    etcd.ok(put("a"));
    expect(eventsOf(etcd.watched())).toEqual(["PUT a@4", "DELETE a@5", "PUT a@6", "PUT a@7"]);
  });

  it("brings 1,000 revisions a pass", () => {
    const etcd = drive();
    for (let i = 0; i < 2500; i++) etcd.ok(put("a"));
    etcd.watch(1, { key: "a", startRevision: 2 });
    const passes = [0, 0, 0, 0].map(() => {
      etcd.advance(100);
      return etcd.watched().flatMap((response) => response.events).length;
    });
    expect(passes).toEqual([1000, 1000, 500, 0]);
  });

  it("never splits a revision between two passes", () => {
    const etcd = drive();
    for (let i = 0; i < 1001; i++)
      etcd.ok({ type: "txn", compare: [], success: [put("a"), put("b")], failure: [] });
    etcd.watch(1, { key: "a", rangeEnd: "z", startRevision: 2 });
    etcd.advance(100);
    expect(etcd.watched().at(-1)?.events).toHaveLength(2000);
    etcd.advance(100);
    expect(eventsOf(etcd.watched())).toEqual(["PUT a@1002", "PUT b@1002"]);
  });

  it("is silent until a future start revision", () => {
    const etcd = filled();
    etcd.watch(1, { key: "a", startRevision: 7 });
    etcd.ok(put("a"));
    etcd.ok(put("a"));
    etcd.ok(put("a"));
    expect(eventsOf(etcd.watched())).toEqual(["PUT a@7", "PUT a@8"]);
  });

  it.each([
    ["from a key on", { key: "b", rangeEnd: "\0" }, ["PUT b@2", "PUT c@2"]],
    ["of a range", { key: "a", rangeEnd: "c" }, ["PUT a@2", "PUT b@2"]],
    ["of an empty key: the key of one zero byte alone", { key: "" }, ["PUT \0@2"]],
    ["without puts", { key: "a", noPut: true }, ["DELETE a@3"]],
    ["without deletions", { key: "a", noDelete: true }, ["PUT a@2"]],
  ])("%s", (_, request, expected) => {
    const etcd = drive();
    etcd.watch(1, request);
    etcd.ok({ type: "txn", compare: [], success: ["c", "a", "b", "\0"].map((key) => put(key)), failure: [] });
    if (request.key === "a") etcd.ok({ type: "deleteRange", key: "a", rangeEnd: "aa" });
    const wanted = "rangeEnd" in request && request.key === "a" ? [...expected, "DELETE a@3"] : expected;
    expect(eventsOf(etcd.watched()).sort()).toEqual(wanted.toSorted());
  });

  it("shows a deletion as key and revision alone, and what it replaced if asked and not compacted", () => {
    const etcd = filled();
    const tombstone = { key: "a", value: "", createRevision: 0, modRevision: 5, version: 0, lease: "0" };
    const old = { key: "a", value: "2", createRevision: 2, modRevision: 4, version: 2, lease: "0" };
    etcd.watch(1, { key: "a", startRevision: 5 });
    etcd.watch(2, { key: "a", startRevision: 2, prevKv: true });
    etcd.advance(100);
    const [, , plain, rich] = etcd.watched();
    expect(plain?.events).toEqual([{ type: "DELETE", kv: tombstone }]);
    expect(rich?.events.map((event) => event.prevKv?.value)).toEqual([undefined, "1", "2"]);
    expect(rich?.events.at(-1)).toEqual({ type: "DELETE", kv: tombstone, prevKv: old });
    etcd.ok({ type: "compact", revision: 4 });
    etcd.watch(3, { key: "a", startRevision: 4, prevKv: true });
    etcd.advance(100);
    expect(
      etcd
        .watched()
        .at(-1)
        ?.events.map((event) => event.prevKv?.value),
    ).toEqual([undefined, "2"]);
  });

  it("of compacted history is created, then canceled with the compact revision, header revision 0 and no reason", () => {
    const etcd = filled();
    etcd.ok({ type: "compact", revision: 4 });
    etcd.watch(1, { key: "a", startRevision: 3 });
    etcd.advance(100);
    expect(etcd.watched()).toEqual([
      { ...created, watchId: 1, header: header(5) },
      { ...created, created: false, canceled: true, compactRevision: 4, watchId: 1, header: header(0) },
    ]);
    etcd.ok(put("a"));
    expect(etcd.watched()).toEqual([]);
  });

  it.each([
    ["3.4.23", []],
    ["3.4.33", []],
    ["3.4.34", ["DELETE a@5"]],
    ["3.5.15", []],
    ["3.5.16", ["DELETE a@5"]],
    ["3.6.0", ["DELETE a@5"]],
    ["3.6", ["DELETE a@5"]],
  ] as const)("from exactly the compacted deletion on %s brings %j", (version, expected) => {
    const etcd = filled({ version });
    etcd.ok({ type: "compact", revision: 5 });
    etcd.watch(1, { key: "a", startRevision: 5 });
    etcd.advance(100);
    expect(eventsOf(etcd.watched())).toEqual(expected);
  });

  it.each(["3.4.23", "3.5.23", "3.6.5"] as const)(
    "from a negative revision on %s is canceled as compacted",
    (version) => {
      const etcd = filled({ version });
      etcd.ok({ type: "compact", revision: 4 });
      etcd.watch(1, { key: "a", startRevision: -5 });
      etcd.advance(100);
      expect(etcd.watched().at(-1)).toMatchObject({ canceled: true, compactRevision: 4, watchId: 1 });
    },
  );

  it.each(["3.4.38", "3.5.24", "3.6.6", "3.5"] as const)(
    "from a negative revision on %s is not created",
    (version) => {
      const etcd = filled({ version });
      etcd.watch(1, { key: "a", startRevision: -5 });
      expect(etcd.watched()).toEqual([
        {
          ...created,
          canceled: true,
          watchId: -1,
          header: header(5),
          cancelReason: "etcdserver: mvcc: required revision has been compacted",
        },
      ]);
    },
  );

  it("takes the next free id for 0, and refuses an id in use and an empty range", () => {
    const etcd = filled();
    etcd.watch(1, { key: "a" });
    for (let i = 0; i < 3; i++) etcd.watch(0, { key: "a" });
    etcd.step({ type: "watch", client: 1, stream: 9, watchId: 1, request: { key: "a" } });
    expect(etcd.watched().map(({ watchId, canceled }) => [watchId, canceled])).toEqual(
      [1, 0, 2, 3, 1].map((id) => [id, false]),
    );
    const refused = { ...created, canceled: true, watchId: -1, header: header(5) };
    etcd.watch(2, { key: "b" });
    etcd.watch(7, { key: "b", rangeEnd: "a" });
    expect(etcd.watched()).toEqual([
      { ...refused, cancelReason: "mvcc: duplicate watch ID provided on the WatchStream" },
      { ...refused, cancelReason: "mvcc: watcher range is empty" },
    ]);
  });

  it("ends when canceled; nobody answers for an unknown id", () => {
    const etcd = filled();
    etcd.watch(1, { key: "a" });
    etcd.watched();
    etcd.step({ type: "cancelWatch", client: 1, watchId: 2 });
    expect(etcd.watched()).toEqual([]);
    etcd.step({ type: "cancelWatch", client: 1, watchId: 1 });
    etcd.ok(put("a"));
    expect(etcd.watched()).toEqual([
      { ...created, created: false, canceled: true, watchId: 1, header: header(5) },
    ]);
  });

  it("ends with its connection", () => {
    const etcd = filled();
    etcd.watch(1, { key: "a" });
    etcd.step({ type: "watch", client: 2, watchId: 1, request: { key: "a" } });
    etcd.step({ type: "disconnect", client: 1 });
    const outputs = etcd.step({ type: "request", client: 3, id: 1, request: put("a") });
    expect(outputs.map(({ client }) => client)).toEqual([2, 3]);
  });

  it.each([true, false])("with fragment %s, of 3 MiB in one revision", (fragment) => {
    const etcd = drive();
    for (const key of ["a", "b", "c"]) etcd.ok(put(key, "x".repeat(1_000_000)));
    etcd.watch(1, { key: "a", rangeEnd: "z", prevKv: true, fragment });
    etcd.watched();
    etcd.ok({ type: "deleteRange", key: "a", rangeEnd: "z" });
    expect(etcd.watched().map((response) => [response.events.length, response.fragment])).toEqual(
      fragment
        ? [
            [2, true],
            [1, false],
          ]
        : [[3, false]],
    );
  });
});

describe("progress", () => {
  it("is told every 10 minutes to a synced watcher that asked and heard nothing", () => {
    const etcd = filled();
    etcd.watch(1, { key: "a", progressNotify: true });
    etcd.watch(2, { key: "a" });
    etcd.watched();
    etcd.advance(599_999);
    expect(etcd.watched()).toEqual([]);
    etcd.advance(1);
    expect(etcd.watched()).toEqual([{ ...created, created: false, watchId: 1, header: header(5) }]);
    etcd.ok(put("a"));
    etcd.watched();
    etcd.advance(600_000);
    expect(etcd.watched()).toEqual([]);
    etcd.advance(600_000);
    expect(etcd.watched().map((response) => response.header.revision)).toEqual([6]);
  });

  it.each([
    ["3.4.23", 1, 1, 1, 1],
    ["3.4.25", 1, 0, 1, 1],
    ["3.5.7", 1, 1, 1, 1],
    ["3.5.8", 1, 0, 1, 1],
    ["3.5.22", 1, 0, 0, 0],
    ["3.6.1", 1, 0, 1, 1],
    ["3.6", 1, 0, 0, 0],
  ] as const)(
    "on request from %s: synced %d, behind %d, waiting for the next revision %d, for a later one %d",
    (version, ...expected) => {
      const answers = [0, 2, 6, 9].map((startRevision) => {
        const etcd = filled({ version });
        etcd.watch(1, { key: "a", startRevision });
        etcd.watched();
        etcd.step({ type: "watchProgress", client: 1 });
        const responses = etcd.watched();
        if (responses.length > 0)
          expect(responses[0]).toMatchObject({ watchId: -1, header: header(5), events: [] });
        return responses.length;
      });
      expect(answers).toEqual(expected);
    },
  );

  it.each([
    ["3.4.23", 1],
    ["3.5.16", 0],
  ] as const)(
    "on request from %s beside a watch that a compaction ended: %d, once it is canceled: 1",
    (version, answers) => {
      const etcd = filled({ version });
      etcd.ok({ type: "compact", revision: 4 });
      etcd.watch(1, { key: "a" });
      etcd.watch(2, { key: "a", startRevision: 2 });
      etcd.advance(100);
      etcd.watched();
      etcd.step({ type: "watchProgress", client: 1 });
      expect(etcd.watched()).toHaveLength(answers);
      etcd.step({ type: "cancelWatch", client: 1, watchId: 2 });
      etcd.watched();
      etcd.step({ type: "watchProgress", client: 1 });
      expect(etcd.watched()).toHaveLength(1);
    },
  );
});
