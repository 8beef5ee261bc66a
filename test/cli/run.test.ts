/** What `leasehold run` refuses and prints without an etcd; with one: test/production. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leasehold, refusalOf } from "./helpers.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leasehold-run-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("leasehold run refuses", () => {
  it.each<[readonly string[], string]>([
    [
      ["rootcord"],
      "command-argument value 'rootcord' is invalid for argument 'role'. Allowed choices are rootcoord, querycoord, indexcoord, datacoord, mixcoord.\n  did you mean rootcoord?",
    ],
    [
      ["rootcoord", "--ttl=1s"],
      "option '--ttl <duration>' argument '1s' is invalid. TTL 1 s is below etcd's minimum of 2 s.\n  etcd would silently grant 2 s: write --ttl 2s",
    ],
    [["rootcoord", "--ttl=2.5s"], "It must be whole seconds.\n  etcd counts leases in seconds"],
    [["rootcoord", "--port=65536"], "It must be a whole number from 0 to 65535."],
    [
      ["rootcoord", "--host=0.0.0.0"],
      "--host: clients cannot be told to come to 0.0.0.0, which is every address of a machine\n  name the address",
    ],
    [
      ["rootcoord", "--listen=0.0.0.0"],
      "--listen: other machines can reach 0.0.0.0, and the catalogue asks nobody who they are\n  set LEASEHOLD_TOKEN",
    ],
    [["rootcoord", "--listen=1.2.3"], "It must be a host name or an address, such as 127.0.0.1 or ::1."],
    [["rootcoord", "--admin-address=::1:9091"], "an IPv6 address stands in brackets, [::1]:9091."],
    [
      ["rootcoord", "--etcd=a:1,,http://root:hunter2@b"],
      '--etcd: it must be a list of addresses of etcd members, separated by commas, not "a:1,,http://***@b"',
    ],
    [["rootcoord", "--etcd=http://:hunter2@a:1"], "--etcd: http://***@a:1 has more than a host and a port"],
    [
      ["rootcoord", "--etcd-user", "root:hunter2"],
      '--etcd-user: it must be a user name without a colon, not "root:***"\n  the password comes from ETCD_AUTH_PASSWORD or the file',
    ],
    [["rootcoord", "--etcd-password=hunter2"], "unknown option '--etcd-password'"],
    [["rootcoord", "--ttl=1e9s"], "It must be"],
    [["rootcoord", "--ttl=1000000000"], "It must be at most 86400 s."],
    [
      ["rootcoord", "--ttl=\u001b[31m\n6"],
      "option '--ttl <duration>' argument '\\u001b[31m\\n6' is invalid. It must be a duration.\n  write",
    ],
    [["rootcoord", `--log-format=${"x".repeat(9999)}`], `'${"x".repeat(120)}… (9879 more)' is invalid`],
    [["rootcoord", "--config=no\u009bwhere\n"], "no\\u009bwhere\\n: there is no such file"],
    [["rootcoord", "--root-path=/a"], "It must be a path without / at either end."],
    [["rootcoord", "--after-loss=wait"], "Allowed choices are exit, stand-by."],
    [["rootcoord", "--log-format=xml"], "Allowed choices are text, json."],
    [["rootcoord", "--log-level=loud"], "It must be debug, info, warn or error."],
  ])("%j", async (args, message) => {
    const refusal = await refusalOf(["run", ...args]);
    expect(refusal.message).toContain(message);
    expect(refusal.message).not.toContain("hunter2");
    expect(refusal.exitCode).toBe(2);
  });
});

describe("leasehold run --print-config", () => {
  it.each([
    ["--ttl=1m", /^ttlSeconds +60 +--ttl$/mu],
    ["--ttl=20", /^ttlSeconds +20 +--ttl$/mu],
    ["--log-level=INFO", /^logLevel +INFO +--log-level$/mu],
    ["--etcd=a:1,b:1", /^endpoints +a:1,b:1 +--etcd$/mu],
    ["--no-active-standby", /^activeStandby +false +--active-standby$/mu],
    ["--ttl=40s", /^activationLimitSeconds +120 +default$/mu],
    ["--record-limit=2 mb", /^recordLimitBytes +2000000 +--record-limit$/mu],
    ["--record-limit=1.5GB", /^recordLimitBytes +1500000000 +--record-limit$/mu],
  ])("takes %s", async (flag, line) => {
    const { code, out } = await leasehold(["run", "rootcoord", flag, "--print-config"]);
    expect(out).toMatch(line);
    expect(code).toBe(0);
  });

  it.each(["64", "64M", "0kB", "999B", "1001GB"])("refuses a recording's limit of %s", async (size) => {
    const { exitCode, message } = await refusalOf(["run", "rootcoord", `--record-limit=${size}`]);
    expect(message).toMatch(
      /It must be (?:a size\.\n {2}write a number of B, kB, MB or GB|from 1kB to 1000GB)/u,
    );
    expect(exitCode).toBe(2);
  });

  it("tries the recording's place too", async () => {
    const line = ["run", "rootcoord", "--print-config", "--record", folder];
    const { exitCode, message } = await refusalOf(line);
    expect(message).toContain("it is a folder");
    expect(exitCode).toBe(4);
  });

  it("warns of a key that Milvus ignores, and uses it", async () => {
    const file = join(folder, "milvus.yaml");
    writeFileSync(file, "rootCoord:\n  activeStandby:\n    enabled: true\n");
    const { err, out } = await leasehold(["run", "rootcoord", `--config=${file}`, "--print-config"]);
    expect(err).toBe(
      `leasehold: ${file}:3:14: warning: Milvus ignores rootCoord.activeStandby.enabled: the name is from its documentation, not its code (milvus issue #45019)\n  write rootCoord.enableActiveStandby: true for Milvus\n`,
    );
    expect(out).toMatch(/^activeStandby +true +\S+milvus\.yaml:3:14$/mu);
  });
});
