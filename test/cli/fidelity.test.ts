/** What `leasehold fidelity` refuses, without an etcd. */
import { describe, expect, it, test } from "vitest";
import { argsOf, refusalOf } from "./helpers.ts";

const refused = (flags: Record<string, unknown>) => refusalOf(["fidelity", ...argsOf(flags)]);

describe("bad input gets one message with place and remedy", () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      "a number of commands that is none",
      { commands: "many" },
      "option '--commands <n>' argument 'many' is invalid. It must be a whole number",
    ],
    [
      "no commands",
      { commands: "0" },
      "option '--commands <n>' argument '0' is invalid. It must be a whole number",
    ],
    [
      "a seed that is no number",
      { seed: "x" },
      "option '--seed <n>' argument 'x' is invalid. It must be a whole number",
    ],
    [
      "more servers than are sensible",
      { servers: "99" },
      "option '--servers <n>' argument '99' is invalid. It must be a whole number from 1 to 16.",
    ],
    [
      "a limit without unit",
      { timeLimit: "10" },
      "option '--time-limit <duration>' argument '10' is invalid. It must be a duration.\n  write a number with its unit",
    ],
    [
      "a path that is none",
      { path: "a/b", seed: "1" },
      "option '--path <path>' argument 'a/b' is invalid. It must be the path of a case.\n  copy it from",
    ],
    ["a path without its seed", { path: "3:1" }, "--path needs --seed\n  copy the whole command"],
    [
      "a named etcd and one to start",
      { endpoints: "http://127.0.0.1:1", etcd: "/bin/true" },
      "option '--endpoints <url>' cannot be used with option '--etcd <path>'",
    ],
  ])("%s", async (_name, flags, message) => {
    const refusal = await refused(flags);
    expect(refusal.message).toContain(message);
    expect(refusal.exitCode).toBe(2);
  });
});

describe("without an etcd", () => {
  it("says how to get one, with exit code 4", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = "";
    try {
      const { exitCode, message } = await refused({});
      expect(message).toContain("there is no etcd on PATH\n  install it with: apt-get install etcd-server");
      expect(exitCode).toBe(4);
    } finally {
      process.env["PATH"] = path;
    }
  });

  it("says which executable cannot be one", async () => {
    const { exitCode, message } = await refused({ etcd: "/nowhere/etcd" });
    expect(message).toContain("--etcd: /nowhere/etcd cannot be executed");
    expect(exitCode).toBe(4);
  });

  it("says who does not answer", async () => {
    const { exitCode, message } = await refused({ endpoints: "http://127.0.0.1:1" });
    expect(message).toContain("--endpoints: http://127.0.0.1:1 does not answer");
    expect(exitCode).toBe(4);
  });
});
