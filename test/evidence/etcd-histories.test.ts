/** What etcdctl printed is put in the order of revisions only where it is of one etcd, and of one life of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { EtcdHistories } from "../../src/evidence/etcd-histories.ts";
import { leasehold, refusalOf } from "../cli/helpers.ts";

const folder = mkdtempSync(join(tmpdir(), "leasehold-etcds-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KEY = Buffer.from("by-dev/meta/session/rootcoord").toString("base64");
const VALUE = Buffer.from('{"ServerID":1}').toString("base64");

function line(revision: number, term: number, cluster = "111", member = "7"): string {
  const kv = `{"key":"${KEY}","mod_revision":${revision},"create_revision":${revision},"version":1,"value":"${VALUE}"}`;
  const header = `{"cluster_id":${cluster},"member_id":${member},"revision":${revision},"raft_term":${term}}`;
  return `{"Header":${header},"Events":[{"kv":${kv}}]}`;
}

function written(name: string, ...lines: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

it("two clusters are refused with a line of each, and with what to do", async () => {
  const a = written("a.jsonl", line(4, 2), line(9, 2));
  const b = written("b.jsonl", line(3, 2, "222"));
  const { exitCode, message } = await refusalOf(["validate", a, b]);
  expect(exitCode).toBe(2);
  expect(message).toContain(`${a}:1 and ${b}:1: they are of 2 clusters of etcd (cluster_id 111 and 222)`);
  expect(message).toContain("validate the lines of each alone");
  for (const alone of [a, b]) expect((await leasehold(["validate", alone])).code).not.toBe(2);
});

it("one large id is one, with a blank before it or without", async () => {
  const large = "14841639068965178418";
  const files = [written("c.jsonl", line(4, 2, large)), written("d.jsonl", line(9, 2, ` ${large}`))];
  expect((await leasehold(["validate", ...files])).code).not.toBe(2);
});

it("an etcd that was set up anew is refused with the lines that show it", async () => {
  const file = written("wiped.jsonl", line(4, 5), line(32, 5), line(3, 2), line(40, 2));
  const { exitCode, message } = await refusalOf(["validate", file]);
  expect(exitCode).toBe(2);
  expect(message).toContain(`${file}:1 and ${file}:4: they are of two histories of etcd`);
  expect(message).toContain("raft_term is 5 at revision 4, and 2 at revision 40");
});

it.each([
  ["a term that grows", [line(4, 2), line(9, 3), line(9, 4)]],
  ["what was printed newest first", [line(9, 3), line(4, 2)]],
  ["a member that was cut off and counts terms by itself", [line(4, 9), line(40, 2, "111", "8")]],
])("%s is one history", (_, lines) => {
  const etcds = new EtcdHistories();
  for (const [at, text] of lines.entries()) {
    const { Header: header } = JSON.parse(text) as { Header: Record<string, unknown> };
    etcds.hear(header, { file: "x", line: at + 1 });
  }
  expect(etcds.two).toBeUndefined();
});
