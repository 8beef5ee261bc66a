/** Where a coordinator's settings come from, which one wins, and how a bad one is refused. */
import { describe, expect, it } from "vitest";
import { readSettings, type FlagValues } from "../../src/coordinator/read-settings.ts";
import type { Role, SettingName } from "../../src/coordinator/settings.ts";
import { environmentSource, yamlSource } from "../../src/coordinator/sources.ts";
import { StartError } from "../../src/coordinator/start-error.ts";

interface Given {
  readonly role?: Role;
  readonly flags?: FlagValues;
  readonly env?: Record<string, string>;
  readonly yaml?: string;
}

function read({ env = {}, flags = {}, role = "rootcoord", yaml = "" }: Given) {
  return readSettings(role, flags, environmentSource(env), yamlSource("milvus.yaml", yaml));
}

/** `value < source` of one setting. */
function said(name: SettingName, given: Given): string {
  const { source, value } = read(given)[name];
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
    const { activeStandby, endpoints, port, ttlSeconds } = read({});
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
    ["a TTL with its unit", "ttlSeconds", { flags: { ttl: "1m" } }, "60 < --ttl"],
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
      { flags: { port: "0" }, env: { ROOT_COORD_PORT: "1" } },
      "0 < --port",
    ],
    [
      "a negated flag",
      "activeStandby",
      { flags: { activeStandby: false }, env: { ROOT_COORD_ENABLE_ACTIVE_STANDBY: "true" } },
      "false < --active-standby",
    ],
    ["https, which asks for TLS", "tls", { flags: { etcd: "https://a:1" } }, "true < --etcd"],
    ["an authority, which asks for TLS", "tls", { flags: { etcdCa: "ca.pem" } }, "true < --etcd-ca"],
  ])("take %s", (_, name, given, expected) => {
    expect(said(name, given)).toBe(expected);
  });

  it("pass over what is Milvus' own business", () => {
    expect(said("port", { yaml: "minio: {port: 9000}\nrootCoord: {dmlChannelNum: 16}\n" })).toBe(
      "53100 < default",
    );
  });

  it.each<[string, Given, string]>([
    [
      "two spellings that disagree",
      { yaml: "rootCoord:\n  enableActiveStandby: true\n  activeStandby: {enabled: false}\n" },
      "setting: milvus.yaml:2:24: says true, but milvus.yaml:3:28 says false about the same setting (keep one of the two)",
    ],
    [
      "two environment variables that disagree",
      { env: { ROOT_COORD_PORT: "1", ROOTCOORD_PORT: "2" } },
      "setting: environment ROOT_COORD_PORT: says 1, but environment ROOTCOORD_PORT says 2",
    ],
    [
      "a word for a number",
      { env: { COMMON_SESSION_TTL: "soon" } },
      'setting: environment COMMON_SESSION_TTL: "soon" cannot be used (it must be whole seconds, such as 60s)',
    ],
    [
      "a TTL below what etcd grants",
      { flags: { ttl: "1s" } },
      "setting: --ttl: no timing for a TTL of 1 s: ttlMs 1000 is below etcd's minimum of 2000",
    ],
    [
      "a port that is none",
      { flags: { port: "65536" } },
      'setting: --port: "65536" cannot be used (it must be a port, 0 to 65535)',
    ],
    [
      "an address that others could reach",
      { flags: { host: "0.0.0.0" } },
      'setting: --host: "0.0.0.0" cannot be used',
    ],
    [
      "a password that is missing",
      { flags: { etcdUser: "root" } },
      "setting: --etcd-user: etcd authentication is on, but there is no password",
    ],
    [
      "a certificate without its key",
      { flags: { etcdCert: "c.pem" } },
      "setting: --etcd-cert: a client certificate and its key go together",
    ],
    [
      "TLS on http endpoints",
      { flags: { etcd: "http://a:1", etcdCa: "c.pem" } },
      "setting: --etcd-ca: TLS is asked for, but http://a:1 says http",
    ],
    [
      "http and https endpoints",
      { flags: { etcd: "http://a:1,https://b:1" } },
      "setting: --etcd: http://a:1, https://b:1: some are http and some https",
    ],
    [
      "an empty endpoint",
      { env: { ETCD_ENDPOINTS: "a:1,," } },
      'setting: environment ETCD_ENDPOINTS: "a:1,," cannot be used',
    ],
    ["YAML that is none", { yaml: "etcd:\n  endpoints: [a\n" }, "setting: milvus.yaml:3:1:"],
    [
      "a field that stands there twice",
      { yaml: "etcd: {rootPath: a}\netcd: {rootPath: b}\n" },
      "setting: milvus.yaml:2:1: Map keys must be unique",
    ],
    [
      "a file that is no settings",
      { yaml: "hello" },
      "setting: milvus.yaml:1:1: no settings, but a single value",
    ],
  ])("refuse %s, with the place", (_, given, expected) => {
    expect(troubleOf(given)).toContain(expected);
  });
});
