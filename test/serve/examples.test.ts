/** The programs that docs/serving.md shows, each run as it stands. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, copyFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWith, GO_SOURCES } from "../helpers/require.ts";
import { COMMAND } from "../production/coordinator.ts";

const FOLDER = resolve("docs/examples/serving");
const LIMIT_MS = 120_000;
const run = promisify(execFile);

async function saidBy(
  executable: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const options = {
    timeout: LIMIT_MS,
    env: { ...process.env, LEASEHOLD: `${process.execPath} ${COMMAND}`, ...env },
  };
  const { stdout } = await run(executable, [...args], options);
  return stdout.trimEnd().split("\n");
}

describe("the Node example", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "leasehold-node-"));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(resolve("."), join(folder, "node_modules", "leasehold"));
    copyFileSync(join(FOLDER, "client.mjs"), join(folder, "client.mjs"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(
    "keeps its role while the leader is cut off, and hands it over when its lease ends",
    async () => {
      expect(await saidBy(process.execPath, [join(folder, "client.mjs")])).toEqual([
        "a:1 serves",
        "the members chose another leader: 2",
        "b:1 serves",
      ]);
    },
    LIMIT_MS,
  );
});

describeWith("python-etcd3", "the Python example", (python) => {
  it(
    "loses its lock to a pause, has its write refused, and takes no time-out for a no",
    async () => {
      expect(await saidBy(python, [join(FOLDER, "client.py")])).toEqual([
        "berta has the lock",
        "anna's write was refused",
        "nobody said whether it was done, and it was: 1",
      ]);
    },
    LIMIT_MS,
  );
});

describeWith("go-etcd", "the Go example", (go) => {
  it(
    "elects with clientv3's concurrency package, and notices that its lease is gone",
    async () => {
      const env = { GO111MODULE: "off", GOPATH: GO_SOURCES, GOCACHE: join(tmpdir(), "leasehold-go-cache") };
      expect(await saidBy(go, ["run", join(FOLDER, "client.go")], env)).toEqual([
        "anna leads",
        "berta leads",
        "anna noticed",
      ]);
    },
    LIMIT_MS,
  );
});
