/** Where a coordinator's settings come from, which one wins, and how a bad one is refused. */
import { describe, expect, it } from "vitest";
import { readSettings } from "../../src/coordinator/read-settings.ts";
import type { SettingFlags, SettingName } from "../../src/coordinator/settings.ts";
import { environmentSource, yamlSource } from "../../src/coordinator/sources.ts";
import { StartError } from "../../src/coordinator/start-error.ts";
import type { MilvusRoleName } from "../../src/milvus/roles.ts";

interface Given {
  readonly role?: MilvusRoleName;
  readonly flags?: SettingFlags;
  readonly env?: Record<string, string>;
  readonly yaml?: string;
}

function read({ env = {}, flags = {}, role = "rootcoord", yaml = "" }: Given) {
  const sources = { environment: environmentSource(env), file: yamlSource("milvus.yaml", yaml) };
  return readSettings(role, flags, sources);
}

/** `value < source` of one setting. */
function said(name: SettingName, given: Given): string {
  const { source, value } = read(given).settings[name];
  return `${String(value)} < ${source}`;
}

function troubleOf(given: Given): string {
  try {
    read(given);
  } catch (error) {
    if (error instanceof StartError)
      return `${error.kind}: ${error.where ?? ""}: ${error.what} (${error.remedy})`;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("settings", () => {
  it("are Milvus' own where nobody says anything, high availability off", () => {
    const { activeStandby, endpoints, port, ttlSeconds } = read({}).settings;
    expect([activeStandby.value, ttlSeconds.value, port.value, endpoints.value]).toEqual([
      false,
      60,
      53100,
      ["localhost:2379"],
    ]);
    expect(said("port", { role: "querycoord" })).toBe("19531 < default");
  });

  it.each<[string, SettingName, Given, string]>([
    [
      "the code's spelling in the file",
      "activeStandby",
      { yaml: "rootCoord:\n  enableActiveStandby: true\n" },
      "true < milvus.yaml:2:24",
    ],
    [
      "the documentation's spelling in the file",
      "activeStandby",
      { yaml: "rootCoord:\n  activeStandby:\n    enabled: true\n" },
      "true < milvus.yaml:3:14",
    ],
    [
      "Milvus' environment variable",
      "activeStandby",
      { env: { ROOT_COORD_ENABLE_ACTIVE_STANDBY: "true" } },
      "true < environment ROOT_COORD_ENABLE_ACTIVE_STANDBY",
    ],
    [
      "another role's section, not at all",
      "activeStandby",
      { yaml: "queryCoord: {enableActiveStandby: true}" },
      "false < default",
    ],
    [
      "the root coordinator's section, for a mixed one",
      "activeStandby",
      { role: "mixcoord", yaml: "rootCoord: {enableActiveStandby: true}" },
      "true < milvus.yaml:1:34",
    ],
    [
      "a mixed one's own section first",
      "activeStandby",
      {
        role: "mixcoord",
        yaml: "rootCoord: {enableActiveStandby: true}\nmixCoord: {enableActiveStandby: false}",
      },
      "false < milvus.yaml:2:33",
    ],
    [
      "the session's TTL in seconds",
      "ttlSeconds",
      { yaml: "common:\n  session:\n    ttl: 30\n" },
      "30 < milvus.yaml:3:10",
    ],
    [
      "a list of endpoints",
      "endpoints",
      { yaml: "etcd:\n  endpoints:\n    - a:1\n    - b:2\n" },
      "a:1,b:2 < milvus.yaml:3:5",
    ],
    [
      "the environment before the file",
      "port",
      { env: { ROOT_COORD_PORT: "1" }, yaml: "rootCoord: {port: 2}" },
      "1 < environment ROOT_COORD_PORT",
    ],
    [
      "a flag before the environment",
      "port",
      { flags: { port: 0 }, env: { ROOT_COORD_PORT: "1" } },
      "0 < --port",
    ],
    [
      "a negated flag",
      "activeStandby",
      { flags: { activeStandby: false }, env: { ROOT_COORD_ENABLE_ACTIVE_STANDBY: "true" } },
      "false < --active-standby",
    ],
    ["https, which asks for TLS", "tls", { flags: { etcd: ["https://a:1"] } }, "true < --etcd"],
    ["an authority, which asks for TLS", "tls", { flags: { etcdCa: "ca.pem" } }, "true < --etcd-ca"],
  ])("take %s", (_, name, given, expected) => {
    expect(said(name, given)).toBe(expected);
  });

  it.each<[string, SettingName, Given, string]>([
    [
      "a truth value in any case",
      "activeStandby",
      { env: { ROOT_COORD_ENABLE_ACTIVE_STANDBY: "TRUE" } },
      "true",
    ],
    [
      "a truth value as Go writes it",
      "activeStandby",
      { yaml: "rootCoord: {enableActiveStandby: 1}" },
      "true",
    ],
    [
      "two spellings that agree in other letters",
      "activeStandby",
      { yaml: "rootCoord: {enableActiveStandby: true, activeStandby: {enabled: 'True'}}" },
      "true",
    ],
    ["a key in other letters", "port", { yaml: "ROOTCOORD: {Port: 1}" }, "1"],
    ["an empty variable as not set", "port", { env: { ROOT_COORD_PORT: "" } }, "53100"],
    ["a hyphen as a letter, as Milvus does", "port", { env: { "ROOT-COORD-PORT": "1" } }, "53100"],
    ["a file of comments as empty", "port", { yaml: "# port: 1\n\n# more\n" }, "53100"],
  ])("take %s", (_, name, given, expected) => {
    expect(String(read(given).settings[name].value)).toBe(expected);
  });

  it("warn of the documentation's spelling, which Milvus ignores", () => {
    expect(read({ yaml: "rootCoord: {activeStandby: {enabled: true}}" }).warnings).toEqual([
      {
        where: "milvus.yaml:1:38",
        what: "Milvus ignores rootCoord.activeStandby.enabled: the name is from its documentation, not its code (milvus issue #45019)",
        remedy: "write rootCoord.enableActiveStandby: true for Milvus",
      },
    ]);
    expect(read({ yaml: "rootCoord: {enableActiveStandby: true}" }).warnings).toEqual([]);
  });

  it("ignore keys that only Milvus knows", () => {
    expect(said("port", { yaml: "minio: {port: 9000}\nrootCoord: {dmlChannelNum: 16}\n" })).toBe(
      "53100 < default",
    );
  });

  it.each<[string, Given, string]>([
    [
      "two spellings that disagree",
      { yaml: "rootCoord:\n  enableActiveStandby: true\n  activeStandby: {enabled: false}\n" },
      "setting: milvus.yaml:3:28: rootCoord.activeStandby.enabled is false, but milvus.yaml:2:24 sets the same key to true (keep rootCoord.enableActiveStandby, which Milvus reads, and remove rootCoord.activeStandby.enabled, which it ignores)",
    ],
    [
      "two environment variables that disagree",
      { env: { ROOT_COORD_PORT: "1", ROOTCOORD_PORT: "2" } },
      "setting: environment ROOT_COORD_PORT: ROOT_COORD_PORT is 1, but environment ROOTCOORD_PORT sets the same key to 2 (keep one of the two)",
    ],
    [
      "a word for a number",
      { env: { COMMON_SESSION_TTL: "soon" } },
      'setting: environment COMMON_SESSION_TTL: COMMON_SESSION_TTL must be a whole number of seconds, at least 2, not "soon"',
    ],
    [
      "a TTL below what etcd grants",
      { yaml: "common: {session: {ttl: 1}}" },
      'setting: milvus.yaml:1:25: common.session.ttl must be a whole number of seconds, at least 2, not "1" (Milvus reads whole seconds without a unit, and etcd grants no lease below 2 s: write 60)',
    ],
    [
      "a port that is none",
      { yaml: "rootCoord: {port: 65536}" },
      'setting: milvus.yaml:1:19: rootCoord.port must be a port, 0 to 65535, not "65536" (correct it, or remove it to use the default)',
    ],
    [
      "an address that others could reach",
      { yaml: "rootCoord: {address: 0.0.0.0}" },
      'setting: milvus.yaml:1:22: rootCoord.address must be a loopback address of this machine, such as 127.0.0.1, not "0.0.0.0"',
    ],
    [
      "a password that is missing",
      { flags: { etcdUser: "root" } },
      "setting: --etcd-user: etcd authentication is on, but no password is set",
    ],
    [
      "a certificate without its key",
      { flags: { etcdCert: "c.pem" } },
      "setting: --etcd-cert: a client certificate needs its key, and the key is missing",
    ],
    [
      "TLS on http endpoints",
      { flags: { etcd: ["http://a:1"], etcdCa: "c.pem" } },
      "setting: --etcd-ca: TLS is asked for, but http://a:1 says http",
    ],
    [
      "http and https endpoints",
      { flags: { etcd: ["http://a:1", "https://b:1"] } },
      "setting: --etcd: http://a:1, https://b:1: some are http and some https",
    ],
    [
      "an empty endpoint",
      { env: { ETCD_ENDPOINTS: "a:1,," } },
      'setting: environment ETCD_ENDPOINTS: ETCD_ENDPOINTS must be a list of addresses of etcd members, separated by commas, not "a:1,,"',
    ],
    [
      "a TTL with a unit, which Milvus could not read",
      { env: { COMMON_SESSION_TTL: "60s" } },
      'must be a whole number of seconds, at least 2, not "60s"',
    ],
    ["YAML that is none", { yaml: "etcd:\n  endpoints: [a\n" }, "setting: milvus.yaml:3:1:"],
    [
      "a field that stands there twice",
      { yaml: "etcd: {rootPath: a}\netcd: {rootPath: b}\n" },
      "setting: milvus.yaml:2:1: this field stands here twice",
    ],
    [
      "a file that is no settings",
      { yaml: "hello" },
      "setting: milvus.yaml:1:1: the file is not a mapping of sections",
    ],
  ])("refuse %s, with the place", (_, given, expected) => {
    expect(troubleOf(given)).toContain(expected);
  });
});
