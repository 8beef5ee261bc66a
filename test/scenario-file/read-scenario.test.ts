/** Scenario files: what is read, and what is said about every kind of mistake. */
import { describe, expect, it } from "vitest";
import { readScenario } from "../../src/scenario-file/read-scenario.ts";
import { coordinators, scenario, type Scenario } from "../../src/simulation/scenario.ts";

function read(text: string): Scenario {
  const reading = readScenario(text, { title: "test" });
  if (reading.type === "faulty") throw new Error(reading.problems.map(({ what }) => what).join("; "));
  return reading.scenario;
}

/** Every problem as `line:column what / remedy`. */
function problems(text: string, json = false): string[] {
  const reading = readScenario(text, { title: "test", json });
  if (reading.type === "ok") return [];
  return reading.problems.map(({ column, line, remedy, what }) => `${line}:${column} ${what} / ${remedy}`);
}

describe("a scenario file", () => {
  it("needs its coordinators alone; everything else is usual", () => {
    const usual = scenario({ title: "test", horizonMs: 300_000, coordinators: coordinators("rootcoord", 2) });
    expect(read("coordinators: {rootcoord: 2}")).toEqual(usual);
    expect(read('{"coordinators": {"rootcoord": 2}}')).toEqual(usual);
  });

  it("says everything that a scenario holds", () => {
    const text = `
title: everything
ttl: 10s
horizon: 2m
network: {delay: 5ms, slow: 50ms, late: 1s, streamTimeout: 20s}
service: {activation: 100ms, writeEvery: never}
etcd: {version: 3.6, clockRate: 1.01}
coordinators:
  - {name: one, role: datacoord}
  - name: two
    role: datacoord
    start: 1m30s
    activeStandby: false
    afterLoss: exit
    restartAfter: 500ms
    clock: {rate: 0.99, offset: -5s}
`;
    expect(read(text)).toEqual({
      title: "everything",
      ttlSeconds: 10,
      horizonMs: 120_000,
      network: { delayMs: 5, slowMs: 50, lateMs: 1000, streamTimeoutMs: 20_000 },
      service: { activationMs: 100, writeEveryMs: 0 },
      etcd: { version: "3.6", clockRate: 1.01 },
      coordinators: [
        {
          name: "one",
          role: "datacoord",
          startAtMs: 0,
          activeStandby: true,
          afterLoss: "registerAnew",
          clockOffsetMs: 0,
          clockRate: 1,
        },
        {
          name: "two",
          role: "datacoord",
          startAtMs: 90_000,
          activeStandby: false,
          afterLoss: "exit",
          restartAfterMs: 500,
          clockOffsetMs: -5000,
          clockRate: 0.99,
        },
      ],
      faults: [],
    });
  });

  it("reads what one coordinator has of its own", () => {
    const own =
      "ttl: 10s, activationLimit: 20s, variant: no-fencing, network: {delay: 80ms, streamTimeout: 5s}";
    const text = `coordinators:\n  - {name: a, role: r}\n  - {name: b, role: r, ${own}}`;
    const [a, b] = read(text).coordinators;
    expect(a).not.toHaveProperty("ttlSeconds");
    expect(b).toMatchObject({
      ttlSeconds: 10,
      activationLimitMs: 20_000,
      variant: "no-fencing",
      network: { delayMs: 80, streamTimeoutMs: 5000 },
    });
    expect(b?.network).not.toHaveProperty("slowMs");
  });

  it.each([
    ["crash: a, restartAfter: 10s", { type: "crash", on: "a", restartAfterMs: 10_000 }],
    ["stop: a", { type: "stop", on: "a" }],
    ["pause: a, for: 80s, clockStops: true", { type: "pause", on: "a", forMs: 80_000, clockStops: true }],
    ["drift: a, rate: 0.97, for: 1m", { type: "drift", on: "a", rate: 0.97, forMs: 60_000 }],
    ["stepClock: a, by: -5s", { type: "stepClock", on: "a", byMs: -5000 }],
    ["partition: a, for: 80s", { type: "partition", on: "a", forMs: 80_000, direction: "both" }],
    [
      "partition: a, for: 80s, direction: toEtcd",
      { type: "partition", on: "a", forMs: 80_000, direction: "toEtcd" },
    ],
    ["lose: campaign reply, of: a", { type: "lose", on: "a", leg: "reply", purpose: "campaign", count: 1 }],
    ["lose: request, of: a, count: 3", { type: "lose", on: "a", leg: "request", count: 3 }],
    [
      "delay: watch event, of: a, by: 2s",
      { type: "delay", on: "a", leg: "watch", purpose: "watch", count: 1, byMs: 2000 },
    ],
    ["duplicate: write request, of: a", { type: "duplicate", on: "a", purpose: "write", count: 1 }],
    ["changeLeader: etcd, for: 500ms", { type: "changeLeader", forMs: 500 }],
    ["stall: etcd, for: 20s", { type: "stall", forMs: 20_000 }],
    ["restart: etcd, for: 10s", { type: "restart", forMs: 10_000 }],
    ["compact: etcd, keep: 5", { type: "compact", keep: 5 }],
    ["deleteKey: active, of: a", { type: "deleteKey", key: "active", on: "a" }],
    ["hammer: etcd, every: 1s, for: 30s", { type: "hammer", everyMs: 1000, forMs: 30_000 }],
  ])("reads the fault %s", (entry, fault) => {
    const text = `coordinators: [{name: a, role: r}]\nfaults: [{at: 100s, ${entry}}]`;
    expect(read(text).faults).toEqual([{ ...fault, atMs: 100_000 }]);
  });
});

const PAIR = "coordinators: {rootcoord: 2}\n";

describe("a mistake in a scenario file is told with its place and what to do", () => {
  it.each([
    [
      "an activation limit that leaves no time to load twice",
      "coordinators:\n  - {name: a, role: r, ttl: 60s, activationLimit: 1s}",
      "2:51 an activation limit of 1s does not fit a TTL of 60s / give from 14s to 72h",
    ],
    ["an unknown field", `${PAIR}tttl: 60s`, "2:1 no field is called tttl here / did you mean ttl or title?"],
    [
      "an unknown field of a section",
      `${PAIR}network: {dely: 1ms}`,
      "2:11 no field is called dely here / did you mean delay?",
    ],
    [
      "an unknown field of a fault",
      `${PAIR}faults:\n  - {at: 1s, crash: rootcoord-a, restartafter: 1s}`,
      "3:34 no field is called restartafter here / did you mean restartAfter?",
    ],
    [
      "a coordinator's TTL that etcd would not grant",
      "coordinators:\n  - {name: a, role: r, ttl: 1s}",
      `2:29 a TTL of "1s" is below etcd's minimum / etcd would grant 2s without a word; write ttl: 2s`,
    ],
    [
      "a coordinator's unknown variant",
      "coordinators:\n  - {name: a, role: r, variant: no-fensing}",
      '2:33 "no-fensing" is not a variant of the protocol / did you mean no-fencing?',
    ],
    [
      "an unknown field of a coordinator's network",
      "coordinators:\n  - {name: a, role: r, network: {dely: 1ms}}",
      "2:34 no field is called dely here / did you mean delay?",
    ],
    [
      "an unknown fault",
      `${PAIR}faults:\n  - {at: 1s, crsh: rootcoord-a}`,
      "3:14 no fault is called crsh / did you mean crash?",
    ],
    [
      "two faults in one entry",
      `${PAIR}faults:\n  - {at: 1s, crash: rootcoord-a, stall: etcd}`,
      "3:5 one fault that is crash and stall at once / begin a new entry for each fault",
    ],
    [
      "an unknown coordinator",
      `${PAIR}faults:\n  - {at: 1s, crash: rootcoord-x}`,
      "3:21 no coordinator is called rootcoord-x / there is rootcoord-a and rootcoord-b; did you mean rootcoord-a?",
    ],
    [
      "an unknown message",
      `${PAIR}faults:\n  - {at: 1s, lose: campain reply, of: rootcoord-a}`,
      '3:20 "campain reply" is not a known message / did you mean campaign reply?',
    ],
    [
      "a missing victim",
      `${PAIR}faults:\n  - {at: 1s, lose: reply}`,
      "3:5 of is missing / use letters, digits, dots, dashes and underscores, beginning with a letter",
    ],
    [
      "a TTL of zero",
      `${PAIR}ttl: 0s`,
      "2:6 a TTL of zero / etcd would grant 2s without a word; write ttl: 2s",
    ],
    ["a negative TTL", `${PAIR}ttl: -5s`, '2:6 "-5s" is negative / write a duration from 0s on'],
    [
      "a fractional TTL",
      `${PAIR}ttl: 2500ms`,
      '2:6 a TTL of "2500ms" is not a whole number of seconds / etcd counts in seconds; write ttl: 3s',
    ],
    [
      "a TTL below etcd's minimum",
      `${PAIR}ttl: 1s`,
      '2:6 a TTL of "1s" is below etcd\'s minimum / etcd would grant 2s without a word; write ttl: 2s',
    ],
    ["a bare number", `${PAIR}ttl: 60`, "2:6 60 has no unit / write 60s for seconds, or 60ms"],
    [
      "a bad duration",
      `${PAIR}horizon: 5 minutes`,
      '2:10 "5 minutes" is not a duration / write a number with its unit: 60s, 500ms, 2m, 1h or 1m30s',
    ],
    [
      "outages of etcd that overlap",
      `${PAIR}faults:\n  - {at: 1s, crash: rootcoord-a}\n  - {at: 10s, restart: etcd, for: 20s}\n  - {at: 25s, stall: etcd, for: 2s}`,
      "5:10 this stall overlaps or touches the restart of entry 2: etcd is not itself from 10s to 31250ms / let one begin after the other is over, this one after 31250ms or the other before it, or make one longer fault of both",
    ],
    [
      "outages of an etcd whose clock is slow, and which therefore last",
      `${PAIR}etcd: {clockRate: 0.5}\nfaults:\n  - {at: 10s, changeLeader: etcd, for: 2s}\n  - {at: 13s, stall: etcd, for: 1s}`,
      "5:10 this stall overlaps or touches the changeLeader of entry 1: etcd is not itself from 10s to 14s / let one begin after the other is over, this one after 14s or the other before it, or make one longer fault of both",
    ],
    [
      "outages of etcd that touch",
      `${PAIR}faults:\n  - {at: 20s, changeLeader: etcd, for: 2s}\n  - {at: 10s, stall: etcd, for: 10s}`,
      "4:10 this stall overlaps or touches the changeLeader of entry 1: etcd is not itself from 20s to 22s / let one begin after the other is over, this one after 22s or the other before it, or make one longer fault of both",
    ],
    [
      "a fault after the horizon",
      `${PAIR}horizon: 10s\nfaults:\n  - {at: 11s, stall: etcd, for: 1s}`,
      "4:10 11s lies after the horizon / the run ends at 10s; move the fault before, or set horizon",
    ],
    [
      "a role that is a key of etcd already",
      "coordinators: {id: 2}",
      '1:20 the role "id" would take the key of the server id counter / call the role rootcoord, datacoord, or another word',
    ],
    [
      "a role that ends like another's session",
      "coordinators:\n  - {name: a, role: db-33}",
      '2:21 the role "db-33" ends like a session key of the role "db" / call the role rootcoord, datacoord, or another word',
    ],
    [
      "a name twice",
      "coordinators:\n  - {name: a, role: r}\n  - {name: a, role: r}",
      "3:12 a second coordinator called a / give each a name of its own",
    ],
    [
      "a coordinator called etcd",
      "coordinators:\n  - {name: etcd, role: r}",
      "2:12 a coordinator called etcd / faults of etcd are called so; choose another name",
    ],
    [
      "no coordinators",
      "ttl: 60s",
      "1:1 no coordinators are named / write coordinators: {rootcoord: 2}, or a list of - {name: rootcoord-a, role: rootcoord}",
    ],
    ["a field twice", `${PAIR}ttl: 60s\nttl: 30s`, "3:1 this field stands here twice / keep one of the two"],
    [
      "an empty file",
      " \n",
      "1:1 the file is empty / a scenario needs at least: coordinators: {rootcoord: 2}",
    ],
    [
      "an unknown version of etcd",
      `${PAIR}etcd: {version: 3.3.1}`,
      '2:17 "3.3.1" is not a version of etcd that is simulated / write one of 3.4, 3.5 or 3.6, such as 3.4.23 or 3.5.16',
    ],
    [
      "too many members of etcd",
      `${PAIR}etcd: {members: 8}`,
      "2:17 8 is not a whole number from 1 to 7 / write such a number, without a unit",
    ],
    [
      "a fault of a member of an etcd that is one server",
      `${PAIR}faults:\n  - {at: 1s, memberDown: 2, for: 1s}`,
      "3:5 memberDown is of an etcd of several members / it is one server; write etcd: {members: 3}",
    ],
    [
      "a fault of a member that is not there",
      `${PAIR}etcd: {members: 3}\nfaults:\n  - {at: 1s, memberCut: 4, for: 1s}`,
      "4:25 etcd has no member 4 / it has members 1 to 3; name one of them, or set members",
    ],
    [
      "a fault of something that is no member",
      `${PAIR}etcd: {members: 3}\nfaults:\n  - {at: 1s, memberCut: follower, for: 1s}`,
      '4:25 "follower" is not a member of etcd / write its number, from 1 to 7, or leader',
    ],
    [
      "a fault of a member that no etcd here can have",
      `${PAIR}etcd: {members: 3}\nfaults:\n  - {at: 1s, memberCut: 9, for: 1s}`,
      "4:25 9 is not a member of etcd / write its number, from 1 to 7, or leader",
    ],
    [
      "a fault of one server where there are several members",
      `${PAIR}etcd: {members: 3}\nfaults:\n  - {at: 1s, strand: rootcoord-a, for: 1s}`,
      "4:5 strand is of an etcd that is one server / of several members, cut off the one that leads: memberCut: leader",
    ],
    [
      "a coordinator that asks a member that is not there",
      "coordinators:\n  - {name: a, role: rootcoord, member: 4}\netcd: {members: 3}",
      "2:40 etcd has no member 4 / it has members 1 to 3; name one of them, or set members",
    ],
    [
      "faults that are no list",
      `${PAIR}faults: {crash: rootcoord-a}`,
      '2:9 {"crash":"rootcoord-a"} is not a list / begin each fault with a dash: - {at: 100s, crash: rootcoord-a}',
    ],
    [
      "a fault of no length",
      `${PAIR}faults:\n  - {at: 1s, stall: etcd, for: 0s}`,
      '3:32 "0s" is not longer than 0s / give at least 1ms',
    ],
  ])("%s", (_, text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it("a file that is cut off", () => {
    expect(problems("coordinators: {rootcoord: 2")[0]).toMatch(
      /^1:28 YAML syntax: .* \/ close every bracket and quote/u,
    );
  });

  it("text that is no scenario at all", () => {
    expect(problems("just words")[0]).toMatch(/^1:1 "just words" is not a group of fields/u);
    expect(problems("- a\n- b")[0]).toMatch(/is not a group of fields/u);
  });

  it.each([
    [
      '{"coordinators": {"rootcoord": 2},}',
      '1:35 JSON syntax: "}" where a field name in double quotes should be / correct it, or name the file .yaml',
    ],
    [
      '{"coordinators": {"rootcoord": 02}}',
      '1:32 JSON syntax: "0" where a value should be / correct it, or name the file .yaml',
    ],
    [
      '{"coordinators": {"rootcoord": 2}',
      "1:34 JSON syntax: the text ends where a comma or } should be / correct it, or name the file .yaml",
    ],
    [
      "coordinators: {rootcoord: 2}",
      '1:1 JSON syntax: "c" where a value should be / correct it, or name the file .yaml',
    ],
  ])("JSON that is none: %s", (text, problem) => {
    expect(problems(text, true)).toEqual([problem]);
  });

  it.each([
    ["itself within itself", "a: &a [*a]", "1:8 *a stands within what it stands for"],
    ["itself as a field of itself", "a: &a {b: *a}", "1:11 *a stands within what it stands for"],
  ])("an alias that stands for %s", (_, text, what) => {
    expect(problems(text)).toEqual([`${what} / write out what is meant, in place of *name`]);
  });

  it("an alias that stands for nothing, without its name: it may be a password", () => {
    expect(problems("a: *b\nb: &b 1")).toEqual([
      "1:4 an alias stands here, and no anchor of that name before it / put the text into quotes, if its * is part of it",
    ]);
  });

  it("aliases that amount to more than memory holds", () => {
    const rows = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}]`);
    expect(problems(["a0: &a0 [x]", ...rows].join("\n"))).toEqual([
      "1:1 the aliases amount to too much, more than 2000 values / write out what is meant, in place of *name",
    ]);
  });

  it("aliases stand for what they name, elsewhere", () => {
    const network = "network: &slow {delay: 5ms}";
    const text = `${network}\ncoordinators:\n  - {name: a, role: r, network: *slow}`;
    expect(read(text).coordinators[0]?.network).toEqual({ delayMs: 5 });
  });

  it("a list for a field's name, and lists without end", () => {
    expect(problems("? [a, b]\n: 1")[0]).toMatch(/^1:3 a list where the name of a field should be/u);
    expect(problems("[".repeat(20_000))).toEqual([
      expect.stringMatching(/^1:\d+ lists within lists, too deep/u),
    ]);
  });

  const DURATION = "write a number with its unit: 60s, 500ms, 2m, 1h or 1m30s";
  it.each([
    ["ttl: .nan", `1:6 .nan is not a duration / ${DURATION}`],
    ["horizon: -.inf", `1:10 -.inf is not a duration / ${DURATION}`],
    [
      "etcd: {clockRate: .inf}",
      "1:19 .inf is not a number from 0.01 to 100 / write such a number, without a unit",
    ],
    [
      "horizon: 99999h\nservice: {writeEvery: 1s}\nfaults: [{at: 25h, stall: etcd, for: 1s}]",
      '1:10 "99999h" is longer than 240h / give at most 240h',
    ],
    [
      "clockRateTolerance: 0.5",
      "1:21 0.5 is not a number from 0 to 0.3 / write such a number, without a unit",
    ],
    [
      "clockRateTolerance: 2%",
      '1:21 "2%" is not a number from 0 to 0.3 / write such a number, without a unit',
    ],
    ["horizon: 25h", '1:10 "25h" is longer than a day / give at most 24h'],
    ["ttl: 25h", '1:6 a TTL of "25h" is longer than a day / give at most 24h'],
    ["ttl: 6h\nhorizon: 61h", '2:10 "61h" is longer than 10 times the TTL / give at most 60h'],
    ["network: {late: 241h}", '1:17 "241h" is longer than 240h / give at most 240h'],
    ["network: {streamTimeout: 0s}", '1:26 "0s" is not longer than 0s / give at least 1ms'],
    ["network: {streamTimeout: 0.5ms}", '1:26 "0.5ms" is shorter than 1ms / give at least 1ms'],
    [
      "service: {writeEvery: 0.1ms}",
      '1:23 "0.1ms" is not a pause between two writes / write at least 1ms, at most 240h, or never',
    ],
    [
      "service: {writeEvery: 1ms}",
      "1:23 a write every 1ms would be 300000 writes, more than 100000 / write at most every 3ms, or make the run shorter",
    ],
    [
      "faults: [{at: 99999999999999999999h, crash: rootcoord-a}]",
      '1:15 "99999999999999999999h" is longer than 240h / give at most 240h',
    ],
    [
      "faults: [{at: 1s, hammer: etcd, for: 2m, every: 1ms}]",
      "1:10 this hammer would be 120000 writes, more than 100000 / let it be shorter, or with longer pauses",
    ],
  ])("a number beyond what a run can bear: %s", (text, problem) => {
    expect(problems(`${text}\n${PAIR}`)).toEqual([problem]);
  });

  it("all of them at once, in the order of the file", () => {
    const found = problems(
      `ttl: 1s\nhorizn: 5m\n${PAIR}faults:\n  - {at: 1, crash: rootcoord-a}\n  - {at: 1s, stall: etcd}\n`,
    );
    expect(found.map((text) => text.split(" ")[0])).toEqual(["1:6", "2:1", "5:10", "6:5"]);
  });
});
