/** What etcdctl prints of a real etcd after the fact, by the very shell lines of docs/validating-logs.md, as evidence. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { leasehold } from "../cli/helpers.ts";
import { fencedBlocks } from "../helpers/console-blocks.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { readProjectFile } from "../helpers/repository.ts";
import { describeWith, requirement } from "../helpers/require.ts";

const ROOT = "by-dev/meta";
const KEY = `${ROOT}/session/rootcoord`;
const METADATA = `${ROOT}/rootcoord-meta/sequence`;
const [watchLines = "", auditLines = ""] = fencedBlocks(readProjectFile("docs/validating-logs.md"))
  .filter(({ language, lines }) => language === "sh" && lines.some((line) => line.includes("etcdctl")))
  .map(({ lines }) => lines.join("\n"));

describeWith("etcd", "etcd after the fact", (executable) => {
  const etcdctl = requirement("etcdctl").executable;
  const folder = mkdtempSync(join(tmpdir(), "leasehold-audit-"));
  let etcd: RealEtcd;
  const shell = (text: string) =>
    spawnSync("sh", ["-c", text], {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: `${dirname(etcdctl ?? "")}${delimiter}${process.env["PATH"] ?? ""}`,
        ETCDCTL_API: "3",
        ETCDCTL_ENDPOINTS: etcd.endpoint,
      },
    });
  const put = (key: string, value: string, lease?: string): void => {
    shell(`etcdctl put ${lease === undefined ? "" : `--lease=${lease}`} ${key} '${value}'`);
  };
  const grant = (): string =>
    /lease ([0-9a-f]+) granted/u.exec(shell("etcdctl lease grant 300").stdout)?.[1] ?? "";

  beforeAll(async () => {
    etcd = await startEtcd(executable);
    // One holds the role and writes under its token; its lease goes; its successor writes; then it writes once more.
    const first = grant();
    put(KEY, '{"ServerID":1}', first);
    put(METADATA, "2:1");
    shell(`etcdctl lease revoke ${first}`);
    put(KEY, '{"ServerID":2}', grant());
    put(METADATA, "5:2");
    put(METADATA, "2:3");
  });
  afterAll(async () => {
    await etcd.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const judged = async (file: string) => {
    const { code, out } = await leasehold(["validate", join(folder, file), "--json"]);
    const { promises } = JSON.parse(out) as {
      promises: { property: string; verdict: string; evidence?: string[] }[];
    };
    return { code, of: (name: string) => promises.find(({ property }) => property === name) };
  };

  it.skipIf(etcdctl === undefined)("a watch that begins in the past tells all", async () => {
    shell(watchLines.replace("timeout 5", "timeout 1"));
    const { code, of } = await judged("watch.jsonl");
    expect(code).toBe(1);
    expect(of("fencing")?.verdict).toBe("violated");
    expect(of("one-key-holder")?.verdict).toBe("held");
  });

  it.skipIf(etcdctl === undefined)("an audit tells the same, and which revision deleted a key", async () => {
    shell(auditLines);
    const { code, of } = await judged("audit.jsonl");
    expect(code).toBe(1);
    const line = (revision: number): string => `${join(folder, "audit.jsonl")}:${revision}`;
    expect(of("fencing")).toMatchObject({ verdict: "violated", evidence: [line(5), line(7)] });
    expect(of("one-key-holder")?.verdict).toBe("held");
    const lanes = await leasehold(["validate", join(folder, "audit.jsonl"), "--lanes", "--width", "120"]);
    expect(lanes.out).toContain("rev 4: - rootcoord");
  });

  it.skipIf(etcdctl === undefined)("what is compacted is said, and from where on to ask", async () => {
    shell("etcdctl compact 5");
    shell(watchLines.replace("timeout 5", "timeout 1"));
    shell(auditLines);
    const watched = await leasehold(["validate", join(folder, "watch.jsonl")]);
    expect(watched.out).toContain("etcd had compacted up to revision 5: etcdctl watch --rev=6");
    const audited = await leasehold(["validate", join(folder, "audit.jsonl")]);
    expect(audited.out).toContain("4 revisions of which etcd told nothing");
    expect(readFileSync(join(folder, "audit.jsonl"), "utf8").split("\n")[0]).toBe(
      `{"rev":1,"prefix":"${ROOT}","get":}`,
    );
  });
});
