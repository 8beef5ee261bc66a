/** Hosts and ports as people write them. */
import { describe, expect, it } from "vitest";
import { hostPort, isLoopback, readHost, readHostPort } from "../../src/coordinator/addresses.ts";

describe("a host", () => {
  it.each<[string, string | undefined]>([
    ["127.0.0.1", "127.0.0.1"],
    ["::1", "::1"],
    ["[::1]", "::1"],
    ["[fe80::1]", "fe80::1"],
    ["coord-0.coord.svc.cluster.local", "coord-0.coord.svc.cluster.local"],
    ["my_host", "my_host"],
    ["localhost", "localhost"],
    ["", undefined],
    ["127.0.0.999", undefined],
    ["1.2.3", undefined],
    ["7", undefined],
    ["[127.0.0.1]", undefined],
    ["::g", undefined],
    ["a b", undefined],
    ["http://a", undefined],
    ["a:1", undefined],
    ["-a", undefined],
    ["a\u001b", undefined],
    [`${"a".repeat(300)}`, undefined],
  ])("%j is read as %j", (given, expected) => {
    expect(readHost(given)).toBe(expected);
  });

  it.each<[string, boolean]>([
    ["localhost", true],
    ["127.0.0.2", true],
    ["::1", true],
    ["127.example", false],
    ["localhost.example", false],
    ["0.0.0.0", false],
    ["::", false],
    ["", false],
  ])("%j is one that only this machine reaches: %s", (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});

describe("a host and a port", () => {
  it.each(["127.0.0.1:0", "[::1]:9091", ":9091", "a.example:65535"])(
    "%s is read, and written alike",
    (text) => {
      const found = readHostPort(text);
      expect(found === undefined ? undefined : hostPort(found.host, found.port)).toBe(text);
    },
  );

  it.each(["", "9091", "a", "a:", "::1:9091", "a:65536", "a:-1", "a:0x1", "[a]:1", "a b:1"])(
    "%j is none",
    (text) => {
      expect(readHostPort(text)).toBeUndefined();
    },
  );
});
