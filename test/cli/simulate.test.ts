/** The command as people use it: what is on the screen, what goes wrong, and what scripts get. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtIns } from "../../src/scenario-file/built-in.ts";
import { argsOf, leasehold, refusalOf } from "./helpers.ts";

type Flags = Readonly<Record<string, unknown>>;

const run = (target: string | undefined, flags: Flags = {}, level: 0 | 3 = 0) =>
  leasehold(["simulate", target, ...argsOf(flags)], { level });

/** What a run says when it cannot begin. */
async function refusal(target: string | undefined, flags: Flags = {}): Promise<string> {
  const { exitCode, message } = await refusalOf(["simulate", target, ...argsOf(flags)]);
  expect(exitCode).toBe(2);
  return message;
}

describe("the walk", () => {
  it("is drawn with lanes, and ends with its takeover beside the bound", async () => {
    const { code, out } = await run(undefined);
    expect(out.split("\n")).toEqual([
      "walk: 2 coordinators, TTL 60 s, etcd 3.4.23, 3m of virtual time",
      "The active coordinator is killed: nobody serves until its lease has run out, then the standby takes over.",
      "",
      "      time rootcoord-a                  rootcoord-b                  etcd",
      "──────────────────────────────────────────────────────────────────────────────────────────────────",
      "   0.000 s ┊ starts",
      "   0.006 s ┊                                                           rev 2: id counter 2",
      "   0.008 s ┊ server id 1",
      "   0.014 s ┊                                                           rev 3: + rootcoord-1 =",
      "           ┊                                                           id 1",
      "   0.016 s │ key rootcoord-1,",
      "           │ lease 60 s",
      "           │ campaigns",
      "   0.018 s │                                                           rev 4: + rootcoord = id 1",
      "   0.020 s ▒ WON: fencing token 4",
      "   0.024 s ▒ metadata loaded: none yet",
      "   0.050 s ▒                            ┊ starts",
      "   0.056 s ▒                            ┊                              rev 5: id counter 3",
      "   0.058 s ▒                            ┊ server id 2",
      "   0.064 s ▒                            ┊                              rev 6: + rootcoord-2 =",
      "           ▒                            ┊                              id 2",
      "   0.066 s ▒                            │ key rootcoord-2,",
      "           ▒                            │ lease 60 s",
      "           ▒                            │ campaigns",
      "   0.070 s ▒                            │ STANDBY: watches from",
      "           ▒                            │ rev 7",
      "   0.074 s █ ACTIVE: serves             │",
      "    ⋮ 61 s █ 3 renewals                 │ 3 renewals, 1 check          4 writes",
      "  61.000 s   ✗ KILLED                   │",
      "             its lease: 59.0 s left     │",
      "      70 s · lease ━━━━━━━━╌╌ 51 s      │",
      "      80 s · lease ━━━━━━━╌╌╌ 41 s      │",
      "      90 s · lease ━━━━━╌╌╌╌╌ 31 s      │ 1 renewal",
      "     100 s · lease ━━━╌╌╌╌╌╌╌ 21 s      │",
      "     110 s · lease ━━╌╌╌╌╌╌╌╌ 11 s      │ 1 renewal",
      " 120.500 s                              │                              rev 11: - rootcoord,",
      "                                        │                              rootcoord-1 (lease",
      "                                        │                              expired)",
      " 120.502 s                              │ sees rootcoord deleted",
      "                                        │ campaigns",
      " 120.504 s                              │                              rev 12: + rootcoord = id 2",
      " 120.506 s                              ▒ WON: fencing token 12",
      " 120.510 s                              ▒ metadata loaded: rev 10",
      " 120.560 s                              █ ACTIVE: serves",
      "                                        █ nobody served for 59.560 s",
      "    ⋮ 59 s                              █ 2 renewals                   3 writes",
      "",
      "           ┊ joins   │ standby   ▒ won, loads metadata   █ ACTIVE   · dead, its lease still alive",
      "           ⋮ quiet",
      "",
      "served     rootcoord-a    0.074 s to   61.000 s  token 4",
      "           rootcoord-b  120.560 s to end of run  token 12",
      "takeovers  rootcoord-a killed, rootcoord-b serves after 59.560 s, within the bound of 63.062 s",
      "holds      single-active, fencing, write-outcomes, one-key-holder, bounded-takeover,",
      "           bounded-activation, no-causeless-takeover, metadata-complete, recovery,",
      "           nobody-in-the-dark, bounded-requests, unique-ids, keys-expire, clean-stop",
      "",
    ]);
    expect(code).toBe(0);
  });

  it("colours nothing that is not also said without colour", async () => {
    const plain = await run("walk");
    const coloured = await run("walk", {}, 3);
    // oxlint-disable-next-line no-control-regex -- colour is control characters
    const bleached = coloured.out.replace(/\u001b\[[0-9;]*m/gu, "");
    expect(coloured.out).not.toBe(plain.out);
    expect(bleached.split("\n").map((line) => line.trimEnd())).toEqual(plain.out.split("\n"));
  });

  it("is logged as the page shows it: two deletions, then the steps to ACTIVE", async () => {
    const { out } = await run("walk", { node: "rootcoord-b" });
    expect(out.trimEnd().split("\n").slice(-11)).toEqual([
      '[2022/09/21 11:58:33.502 +08:00] [DEBUG] [sessionutil/session_util.go:677] ["watch the ACTIVE key"] [DELETE="key:\\"by-dev/meta/session/rootcoord\\" mod_revision:11 "]',
      '[2022/09/21 11:58:33.502 +08:00] [DEBUG] [sessionutil/session_util.go:677] ["watch the ACTIVE key"] [DELETE="key:\\"by-dev/meta/session/rootcoord-1\\" mod_revision:11 "]',
      '[2022/09/21 11:58:33.502 +08:00] [INFO] [sessionutil/session_util.go:683] ["stop watching ACTIVE key"]',
      '[2022/09/21 11:58:33.502 +08:00] [INFO] [sessionutil/session_util.go:655] ["start retrying to register as ACTIVE service..."]',
      '[2022/09/21 11:58:33.506 +08:00] [INFO] [sessionutil/session_util.go:641] ["register ACTIVE service successfully"] [ServerID=2]',
      '[2022/09/21 11:58:33.506 +08:00] [INFO] [sessionutil/session_util.go:690] ["quit STANDBY mode, this node will become ACTIVE"]',
      '[2022/09/21 11:58:33.506 +08:00] [INFO] [rootcoord/root_coord.go:638] ["rootcoord switch from standby to active, activating"]',
      '[2022/09/21 11:58:33.510 +08:00] [DEBUG] [leasehold/election.ts:1] ["metadata reloaded"] [revision=10] [token=12]',
      '[2022/09/21 11:58:33.560 +08:00] [INFO] [rootcoord/root_coord.go:306] ["RootCoord Register Finished"]',
      '[2022/09/21 11:58:33.560 +08:00] [DEBUG] [rootcoord/service.go:148] ["RootCoord start done ..."]',
      '[2022/09/21 11:58:33.560 +08:00] [DEBUG] [components/root_coord.go:58] ["RootCoord successfully started"]',
    ]);
  });

  it("is logged with the names in front when several are shown", async () => {
    const { out } = await run("walk", { log: true });
    const lines = out.trimEnd().split("\n");
    expect(lines.every((line) => /^rootcoord-[ab] \| \[2022\/09\/21 11:5\d:/u.test(line))).toBe(true);
    const beats = lines.filter((line) => line.endsWith('["serverName: rootcoord is in STANDBY ..."]'));
    // From 0.07 s to 120.5 s, every 10 s.
    expect(beats).toHaveLength(12);
    expect(beats.every((line) => line.startsWith("rootcoord-b"))).toBe(true);
  });

  it("varies by flags", async () => {
    const { out } = await run(undefined, {
      ttl: "10s",
      role: "datacoord",
      coordinators: "3",
      killAt: "15s",
      horizon: "1m",
    });
    expect(out).toContain("walk: 3 coordinators, TTL 10 s, etcd 3.4.23, 60s of virtual time");
    expect(out).toMatch(
      /takeovers {2}datacoord-a killed, datacoord-[bc] serves after \d\.\d{3} s, within the bound of 13\.\d{3} s/u,
    );
  });
});

describe("the timeline", () => {
  const widths = [60, 80, 100, 120, 200];

  it.each(builtIns.flatMap(({ name }) => widths.map((width) => ({ name, width }))))(
    "of $name fits into $width columns",
    async ({ name, width }) => {
      const { out } = await run(name, { width: String(width) });
      const [, , , ...drawn] = out.split("\n");
      expect(Math.max(...drawn.map((line) => line.length))).toBeLessThanOrEqual(width);
    },
  );

  it("of a pause says that the claim ended, and that the late write was refused", async () => {
    const { out } = await run("long-pause");
    expect(out).toContain("its claim ends by its own");
    expect(out).toContain("write of rootcoord-a");
    expect(out).toMatch(/^served {5}rootcoord-a +0\.074 s to +118\.808 s/mu);
  });

  it("of many coordinators puts the bars together and the words beside them", async () => {
    const { out } = await run(undefined, { coordinators: "6", width: "80" });
    expect(out).toContain("      time 1  2  3  4  5  6");
    expect(out).toMatch(/ 61\.000 s {4}│ {2}│ {2}│ {2}│ {2}│ {2}rootcoord-a: ✗ KILLED/u);
  });
});

describe("every built-in scenario", () => {
  it.each(builtIns)("$name keeps every promise that applies, to a verdict", async ({ name }) => {
    const { code, out } = await run(name);
    expect(code).toBe(0);
    expect(out).not.toMatch(/^(?:undecided|VIOLATED)/mu);
  });

  it("is listed with what to look at", async () => {
    const { out } = await run(undefined, { list: true });
    for (const { look, name } of builtIns)
      expect(out).toMatch(new RegExp(`^${name} .*${look.slice(0, 20)}`, "mu"));
  });
});

describe("a broken variant", () => {
  it("ends with exit code 1 and the story", async () => {
    const { code, out } = await run("partition", { variant: "claim-outlives-lease" });
    expect(code).toBe(1);
    expect(out).toContain("VIOLATED   single-active at ");
    expect(out).toContain("variant claim-outlives-lease: trusts its lease");
  });
});

describe("scripts", () => {
  it("get a header, every observation and the verdicts, one document a line", async () => {
    const { out } = await run("clean-stop", { json: true });
    const lines = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines[0]).toMatchObject({
      schemaVersion: 1,
      variant: "shipped",
      scenario: { title: "clean-stop" },
    });
    expect(lines[1]).toEqual({ type: "started", at: 0, node: 0, role: "rootcoord" });
    expect(lines.at(-2)).toEqual({ type: "end", at: 180_000 });
    expect(lines.at(-1)).toMatchObject({ type: "verdicts" });
  });

  it("get a JSON Schema", async () => {
    const { out } = await run(undefined, { schema: true });
    expect(JSON.parse(out)).toMatchObject({ title: "leasehold scenario", required: ["coordinators"] });
  });
});

describe("a file", () => {
  let folder = "";
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "leasehold-simulate-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("tell of a stop whose lease could not be given back as of a crash, not as of one that is late", async () => {
    const { out } = await run(
      file(
        "unanswered.yaml",
        `coordinators: {rootcoord: 2}
faults:
  - {at: 90s, lose: revoke request, of: rootcoord-a, count: 3}
  - {at: 100s, stop: rootcoord-a}
`,
      ),
    );
    expect(out).toMatch(
      /takeovers +rootcoord-a stopped, rootcoord-b serves after 40\.\d+ s, within the bound of/u,
    );
    expect(out).not.toContain("LATER");
  });

  it("show a machine that sleeps in every lane, and no lease that runs down meanwhile", async () => {
    const { out } = await run(
      file(
        "sleeps.yaml",
        `ttl: 10s
horizon: 60s
coordinators: {rootcoord: 2}
faults:
  - {at: 20s, suspend: etcd, for: 15s}
`,
      ),
    );
    expect(out).toContain("✗ the machine sleeps, with");
    expect(out.match(/✗ stands still with its/gu)).toHaveLength(2);
    expect(out.match(/goes on with its machine/gu)).toHaveLength(2);
    const left = [...out.matchAll(/^ +2\d s ░ lease [━╌]+ (\d+) s/gmu)].map(([, seconds]) => seconds);
    expect(new Set(left).size).toBe(1);
  });

  it("runs like a built-in scenario", async () => {
    const { out: yaml } = await run("partition", { yaml: true });
    const fromFile = await run(file("mine.yaml", yaml));
    const builtIn = await run("partition");
    expect(fromFile.out.split("\n").slice(2)).toEqual(builtIn.out.split("\n").slice(3));
  });

  it("with mistakes is told all of them, each with its line and a caret", async () => {
    const path = file(
      "bad.yaml",
      "ttl: 1s\ncoordinators: {rootcoord: 2}\nfaults:\n  - {at: 1s, crsh: rootcoord-a}\n",
    );
    const { code, err, out } = await run(path);
    expect([code, out]).toEqual([2, ""]);
    expect(err.split("\n")).toEqual([
      `${path}:1:6: a TTL of "1s" is below etcd's minimum`,
      "  1 | ttl: 1s",
      "    |      ^",
      "  etcd would grant 2s without a word; write ttl: 2s",
      "",
      `${path}:4:14: no fault is called crsh`,
      "  4 |   - {at: 1s, crsh: rootcoord-a}",
      "    |              ^",
      "  did you mean crash?",
      "",
      `2 problems in ${path}; the syntax is in docs/scenarios.md`,
      "",
    ]);
  });

  it("that is JSON must be JSON", async () => {
    const { err } = await run(file("bad.json", '{"coordinators": {"rootcoord": 2},}'));
    expect(err).toContain('bad.json:1:35: JSON syntax: "}" where a field name in double quotes should be');
  });

  it("that is not there, or a folder, is told", async () => {
    const missing = join(folder, "none.yaml");
    expect(await refusal(missing)).toBe(
      `${missing}: there is no such file\n  name a scenario file, or a built-in scenario (leasehold simulate --list)`,
    );
    expect(await refusal(folder)).toContain(`${folder}: it is a folder`);
    expect(await refusal(file("binary", "\0\u0001\uFFFD"))).toContain("it is not UTF-8 text");
  });
});

describe("flags that do not fit are refused with one message", () => {
  it.each<[string | undefined, Flags, string]>([
    ["wlk", {}, "there is no built-in scenario and no file named wlk\n  did you mean walk?"],
    [
      "partition",
      { ttl: "5s", killAt: "1s" },
      "--ttl and --kill-at can only be used with the built-in walk, not with partition\n  write it into a file: leasehold simulate partition --yaml > mine.yaml",
    ],
    [
      undefined,
      { ttl: "1s" },
      "option '--ttl <duration>' argument '1s' is invalid. TTL 1 s is below etcd's minimum of 2 s.\n  etcd would silently grant 2 s: write --ttl 2s",
    ],
    [
      undefined,
      { ttl: "60" },
      "option '--ttl <duration>' argument '60' is invalid. It must be a duration.\n  write a number with its unit: 60s, 500ms, 2m, 1h or 1m30s",
    ],
    [
      undefined,
      { coordinators: "0" },
      "option '--coordinators <n>' argument '0' is invalid. It must be a whole number from 1 to 9.\n  see leasehold simulate --help",
    ],
    [
      undefined,
      { killAt: "10m", horizon: "5m" },
      "--kill-at: the kill at 10m is after the end of the run at 5m\n  kill earlier, or give a longer --horizon",
    ],
    [
      undefined,
      { horizon: "0s", killAt: "0s" },
      "option '--horizon <duration>' argument '0s' is invalid. It must be longer than 0s.\n  see leasehold simulate --help",
    ],
    [
      undefined,
      { role: "root coord" },
      '--role: "root coord" is not a role name\n  write a word, such as rootcoord or datacoord',
    ],
    [
      undefined,
      { variant: "no-fence" },
      "unknown variant no-fence\n  did you mean no-fencing? leasehold check --list-variants lists them all",
    ],
    [
      undefined,
      { node: "rootcoord-c" },
      "--node: the scenario has no coordinator named rootcoord-c\n  did you mean rootcoord-a or rootcoord-b?",
    ],
    [
      undefined,
      { log: true, start: "yesterday" },
      '--start: "yesterday" is not an instant\n  write it with its UTC offset: 2022-09-21T11:56:33+08:00',
    ],
    [undefined, { horizon: "25h" }, "--horizon: 25h is longer than 24h\n  give at most 24h"],
    [
      undefined,
      { json: true, log: true },
      "option '--log' cannot be used with option '--json'\n  see leasehold simulate --help",
    ],
    [
      undefined,
      { json: true, start: "2022-09-21T11:57:00Z" },
      "option '--start <instant>' cannot be used with option '--json'\n  see leasehold simulate --help",
    ],
    [
      undefined,
      { helm: "values.yaml", milvus: "milvus.yaml" },
      "option '--helm <values.yaml>' cannot be used with option '--milvus <milvus.yaml>'\n  see leasehold simulate --help",
    ],
    [
      undefined,
      { helm: "values.yaml", ttl: "10s" },
      "option '--ttl <duration>' cannot be used with option '--helm <values.yaml>'\n  see leasehold simulate --help",
    ],
    [
      "partition",
      { helm: "values.yaml" },
      "--helm and the scenario partition cannot be run together\n  leave one of them out, or write it into a file: --yaml > mine.yaml",
    ],
    [
      undefined,
      { width: "20" },
      "option '--width <columns>' argument '20' is invalid. It must be a whole number from 60 to 400.\n  see leasehold simulate --help",
    ],
  ])("%s %j", async (target, flags, message) => {
    expect(await refusal(target, flags)).toBe(message);
  });
});
