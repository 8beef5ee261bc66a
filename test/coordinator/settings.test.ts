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
  const sources = {
    environment: environmentSource(env),
    file: yamlSource("milvus.yaml", yaml),
    hostName: "box",
  };
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
    [
      "the host to listen on, unless it is said",
      "listen",
      { env: { ROOT_COORD_ADDRESS: "127.0.0.2" } },
      "127.0.0.2 < environment ROOT_COORD_ADDRESS",
    ],
    [
      "the address that is listened on for the one that others are told",
      "host",
      { flags: { listen: "10.0.0.7" }, env: { LEASEHOLD_TOKEN: "0123456789abcdef" } },
      "10.0.0.7 < --listen",
    ],
    [
      "the machine's name for the others where it listens on every address",
      "host",
      { flags: { listen: "0.0.0.0", catalogue: false } },
      "box < --listen",
    ],
    [
      "an IPv6 address without its brackets",
      "host",
      { env: { ROOT_COORD_ADDRESS: "[::1]" } },
      "::1 < environment ROOT_COORD_ADDRESS",
    ],
    [
      "the probes' place",
      "adminAddress",
      { yaml: "leasehold: {adminAddress: ':9091'}" },
      ":9091 < milvus.yaml:1:27",
    ],
    ["levels that only Milvus has", "logLevel", { yaml: "log: {level: fatal}" }, "ERROR < milvus.yaml:1:14"],
    [
      "a level past another program's",
      "logLevel",
      { env: { LOG_LEVEL: "verbose" }, yaml: "log: {level: info}" },
      "INFO < milvus.yaml:1:14",
    ],
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

  it("are warned of and left alone where a variable is another program's", () => {
    const env = { LOG_LEVEL: "verbose", LOGLEVEL: "trace", LOG_FORMAT: "%h %t" };
    const { settings, warnings } = read({ env });
    expect([settings.logLevel.source, settings.logFormat.source]).toEqual(["default", "default"]);
    expect(warnings.map(({ where, what }) => `${where}: ${what}`)).toEqual([
      'environment LOG_FORMAT: ignored, for it may be another program\'s: LOG_FORMAT must be text or json, not "%h %t"',
      'environment LOG_LEVEL: ignored, for it may be another program\'s: LOG_LEVEL must be debug, info, warn or error, not "verbose"',
    ]);
  });

  it.each([
    "http://root:hunter2@a:1",
    "http://:hunter2@a:1",
    "root:hunter2@a:1",
    "http://root:hun/ter2@a:1",
    "http://a:1?password=hunter2",
    "http://root:hunter2%40a:1",
    "https://b:1,http://root:hunter2@a:1",
  ])("refuse %s without showing the secret", (endpoint) => {
    const trouble = troubleOf({ flags: { etcd: endpoint.split(",") } });
    expect(trouble).toMatch(/^setting: --etcd: .*a:1/u);
    expect(trouble).not.toMatch(/hun|ter2/u);
  });

  it.each([
    ["password: *hunter2", "4:15: an alias stands here, and no anchor of that name before it"],
    ["password: |9hunter2", "4:17: YAML syntax: Block scalar header includes extra characters"],
    ['password: "\\hunter2"', "4:16: YAML syntax: Invalid escape sequence"],
    ["password: @hunter2", "4:15: YAML syntax: Plain value cannot start with reserved character @"],
    ["password: {hunter2: 1, hunter2: 2}", "4:28: this field stands here twice"],
    ['password: "a" hunter2', "4:19: YAML syntax: Unexpected scalar at node end"],
  ])("refuse a file with %s without showing it", (line, expected) => {
    const trouble = troubleOf({ yaml: `etcd:\n  auth:\n    enabled: true\n    ${line}\n` });
    expect(trouble).toContain(`setting: milvus.yaml:${expected}`);
    expect(trouble).not.toContain("hunter2");
  });

  it("refuse a file whose aliases multiply", () => {
    const of = (name: string) => Array.from({ length: 9 }, () => name).join(",");
    const yaml = [`a: &a [${of("x")}]`, `b: &b [${of("*a")}]`, `c: &c [${of("*b")}]`, `d: [${of("*c")}]`];
    expect(troubleOf({ yaml: yaml.join("\n") })).toContain("milvus.yaml:1:1: the aliases amount to too much");
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
      'setting: environment COMMON_SESSION_TTL: COMMON_SESSION_TTL must be a whole number of seconds from 2 to 86400, not "soon"',
    ],
    [
      "a TTL below what etcd grants",
      { yaml: "common: {session: {ttl: 1}}" },
      'setting: milvus.yaml:1:25: common.session.ttl must be a whole number of seconds from 2 to 86400, not "1" (Milvus reads whole seconds without a unit, and etcd grants no lease below 2 s: write 60)',
    ],
    [
      "a port that is none",
      { yaml: "rootCoord: {port: 65536}" },
      'setting: milvus.yaml:1:19: rootCoord.port must be a port, 0 to 65535, not "65536" (correct it, or remove it to use the default)',
    ],
    [
      "an address that is every address",
      { yaml: "rootCoord: {address: 0.0.0.0}" },
      "setting: milvus.yaml:1:22: clients cannot be told to come to 0.0.0.0, which is every address of a machine",
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
      "an IPv6 endpoint without brackets",
      { flags: { etcd: ["::1:2379"] } },
      "::1:2379 is not an address of an etcd member (write every endpoint as host:port, an IPv6 address in brackets",
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
      'must be a whole number of seconds from 2 to 86400, not "60s"',
    ],
    [
      "a host that other machines reach, for anybody",
      { yaml: "rootCoord: {address: coord-0.example}" },
      "setting: milvus.yaml:1:22: other machines can reach coord-0.example, and the catalogue asks nobody who they are (set LEASEHOLD_TOKEN",
    ],
    [
      "every address to listen on, for anybody",
      { flags: { listen: "0.0.0.0" } },
      "setting: --listen: other machines can reach 0.0.0.0, and the catalogue asks nobody",
    ],
    [
      "an address beyond the loopback that only looks like it",
      { env: { LEASEHOLD_LISTEN: "127.0.0.999" } },
      'LEASEHOLD_LISTEN must be a host name or an address, such as 127.0.0.1 or ::1, not "127.0.0.999"',
    ],
    [
      "a token that can be guessed, without showing it",
      { env: { LEASEHOLD_TOKEN: "opensesame" } },
      'setting: environment LEASEHOLD_TOKEN: LEASEHOLD_TOKEN must be 16 to 256 printable ASCII characters without a blank, not "***" (make one with',
    ],
    [
      "probes at an IPv6 address without brackets",
      { env: { LEASEHOLD_ADMIN_ADDRESS: "::1:9091" } },
      "an IPv6 address stands in brackets",
    ],
    [
      "an activation limit that leaves no time to load",
      { yaml: "common: {session: {ttl: 10}}\nleasehold: {activationLimit: 1}" },
      "setting: milvus.yaml:2:30: at a TTL of 10 s activationLimitMs 1000 leaves no time to load twice: at least 2330 (make it longer",
    ],
    [
      "a self-check of nonsense",
      { yaml: "leasehold: {selfCheck: -3}" },
      'leasehold.selfCheck must be a number of seconds below 100000, such as 90; 0 is the default, not "-3"',
    ],
    [
      "a self-check that is quicker than the lease",
      { yaml: "common: {session: {ttl: 10}}\nleasehold: {selfCheck: 3}" },
      "setting: milvus.yaml:2:24: a self-check of 3 s is not between the TTL, 10 s, and a day",
    ],
    [
      "no tries at all",
      { yaml: "common: {session: {retryTimes: -1}}" },
      'common.session.retryTimes must be a whole number from 1 to 999999, not "-1"',
    ],
    [
      "a TTL of thirty years",
      { yaml: "common: {session: {ttl: 1000000000}}" },
      'must be a whole number of seconds from 2 to 86400, not "1000000000"',
    ],
    [
      "a TTL in another way of writing",
      { yaml: "common: {session: {ttl: 1e9}}" },
      'must be a whole number of seconds from 2 to 86400, not "1000000000"',
    ],
    [
      "two passwords, and shows neither",
      { env: { ETCD_AUTH_PASSWORD: "hunter2", ETCDAUTHPASSWORD: "hunter3" } },
      "setting: environment ETCD_AUTH_PASSWORD: ETCD_AUTH_PASSWORD is one value, but environment ETCDAUTHPASSWORD sets the same key to another (keep one of the two)",
    ],
    [
      "a user with a password, as etcdctl takes it",
      { env: { ETCD_AUTH_USERNAME: "root:hunter2" } },
      'ETCD_AUTH_USERNAME must be a user name without a colon, not "root:***"',
    ],
    [
      "a level in the file that is none",
      { yaml: "log: {level: loud}" },
      'setting: milvus.yaml:1:14: log.level must be debug, info, warn or error, not "loud"',
    ],
    [
      "a long text, cut",
      { env: { ETCD_ROOT_PATH: `/${"x".repeat(5000)}` } },
      `not "/${"x".repeat(119)}"… (4881 more)`,
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
