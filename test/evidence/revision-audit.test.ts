/** An audit of revisions tells what each revision did where it asked for each, and concludes nothing from what it left out. */
import { expect, it } from "vitest";
import { RevisionAudit } from "../../src/evidence/revision-audit.ts";

const PREFIX = "by-dev/meta";
const kv = (name: string, created: number, modified = created) => ({
  key: Buffer.from(`${PREFIX}/${name}`).toString("base64"),
  create_revision: created,
  mod_revision: modified,
  version: 1 + modified - created,
});
const at = (rev: number, kvs: readonly object[], more: object = {}) => ({
  rev,
  prefix: PREFIX,
  get: { header: { revision: 90 }, ...(kvs.length === 0 ? {} : { kvs, count: kvs.length }), ...more },
});
/** What each of these lines tells. */
const told = (...lines: readonly object[]): string[][] => {
  const audit = new RevisionAudit();
  return lines.map((line) =>
    (audit.take(line as Record<string, unknown>, "") ?? []).map(
      ({ by, event, kv: { key, modRevision } }) => `${by} ${event} ${key.slice(12)} ${modRevision}`,
    ),
  );
};

it("tells what a revision did, if the one before it was asked for too", () => {
  expect(told(at(4, [kv("a", 2), kv("b", 3)]), at(5, [kv("a", 2, 5)]), at(6, []))).toEqual([
    ["snapshot PUT a 2", "snapshot PUT b 3"],
    ["etcd PUT a 5", "etcd DELETE b 5"],
    ["etcd DELETE a 6"],
  ]);
});

it.each([
  ["a revision was left out", [at(4, [kv("a", 2)]), at(6, [])]],
  ["another prefix was asked for", [at(4, [kv("a", 2)]), { ...at(5, []), prefix: "other" }]],
  ["not all that stands there was asked for", [at(4, [kv("a", 2)]), at(5, [], { count: 7 })]],
  ["they stand the other way round", [at(5, [kv("a", 2)]), at(4, [])]],
])("tells of no deletion where %s", (_, lines) => {
  expect(told(...lines)).toEqual([["snapshot PUT a 2"], []]);
});

it("takes revision 0 for the one that etcd had come to", () => {
  expect(told(at(89, [kv("a", 2)]), at(0, []))).toEqual([["snapshot PUT a 2"], ["etcd DELETE a 90"]]);
});

it("is no line of an audit that names a revision which etcd did not know yet, or none", () => {
  const audit = new RevisionAudit();
  for (const rev of [91, -1, 1.5, "4", undefined])
    expect(audit.take({ ...at(4, []), rev }, "")).toBeUndefined();
  expect(audit.take(undefined, '{"rev":4,"prefix":"x","get":}')).toEqual([]);
  expect(audit.take(undefined, '{"rev":4,"prefix":"x","get":{')).toBeUndefined();
  expect(audit.untold).toBe(1);
});
