/** The teaching pages' state without a browser: links, the tree of forks, faults as they are asked for. */
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { TraceLine } from "../../src/trace/format.ts";
import { TraceReader } from "../../src/trace/read.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { FAULT_KINDS } from "../../src/simulation/fault.ts";
import { readAddress, writeAddress, type Address, type Sight } from "../../src/web/teach/address.ts";
import { aimAt } from "../../src/web/teach/aim.ts";
import { checkedFault, FAULT_FORMS, faultOf, formOf, usualValues } from "../../src/web/teach/faults.ts";
import { openDroppedTrace } from "../../src/web/teach/open-trace.ts";
import { longLink, shortLink } from "../../src/web/teach/short-link.ts";
import { recorded } from "../../src/web/teach/recorder.ts";
import { RunBook } from "../../src/web/teach/run-book.ts";
import { simulatorHere } from "../../src/web/teach/simulator.ts";
import { addedFaults, branches, grown, partsAt, rootHeader, treeOf } from "../../src/web/teach/tree.ts";

const pair = scenario({ title: "a pair", horizonMs: 200_000, coordinators: coordinators("rootcoord", 2) });
const crash = { type: "crash", atMs: 61_000, on: "rootcoord-a" } as const;
const pause = { type: "pause", atMs: 30_000, on: "rootcoord-a", forMs: 70_000 } as const;

function packed(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

describe("a link", () => {
  const first = grown(treeOf("no-fencing", pair), 0, { fault: crash });
  const second = grown(first.tree, 0, { fault: pause });
  const sight: Sight = { tree: second.tree, run: 2, beside: 1, cursor: { n: 17, at: 61_000.5 } };

  it.each<Address>([
    { type: "home" },
    { type: "playground" },
    { type: "playground", sight },
    { type: "lesson", id: "fencing", sight: {} },
    {
      type: "lesson",
      id: "pause",
      sight: { predicted: 1, view: { name: "run0", cursor: { n: 3, at: 20 } }, tried: sight },
    },
  ])("of $type is read as it was written", (address) => {
    expect(readAddress(writeAddress(address))).toEqual(address);
  });

  it("is made shorter, and read again; one that was not is read as it is", async () => {
    const long = writeAddress({ type: "playground", sight });
    const short = await shortLink(long);
    expect(short).toMatch(/^#play&z=/u);
    expect(short.length).toBeLessThan(long.length * 0.75);
    expect(await longLink(short)).toBe(long);
    for (const hash of [long, "#", "#play", "#lesson=fencing"]) expect(await longLink(hash)).toBe(hash);
    for (const hash of ["#", "#play"]) expect(await shortLink(hash)).toBe(hash);
  });

  it("that is shortened and was cut off, changed, or opens to more than any was made of, says so", async () => {
    const short = await shortLink(writeAddress({ type: "playground", sight }));
    const endless = deflateRawSync(Buffer.alloc(5_000_000, "a")).toString("base64url");
    for (const hash of [short.slice(0, -9), `${short.slice(0, 60)}AAAA`, `#play&z=${endless}`, "#play&z=%"])
      expect(readAddress(await longLink(hash))).toContain("cut off or changed");
  });

  it("leaves out what is usual", () => {
    expect(
      writeAddress({ type: "playground", sight: { ...sight, tree: treeOf("shipped", pair) } }).length,
    ).toBeLessThan(500);
  });

  it.each([
    ["#play&s=%%%", "cut off"],
    [`#play&s=${packed({ variant: "none" })}`, "no variant none"],
    [`#play&s=${packed({ variant: "shipped", scenario: { coordinators: [] } })}`, "names of their own"],
    [
      `#play&s=${packed({ variant: "shipped", scenario: { ...pair, horizonMs: 1e12 }, cursor: { n: 0, at: 0 } })}`,
      "a number from 1 to 7200000",
    ],
    [
      `#play&s=${packed({ variant: "shipped", scenario: pair, forks: [{ parent: 4, fault: crash }], cursor: { n: 0, at: 0 } })}`,
      "a number from 0 to 0",
    ],
    [
      `#play&s=${packed({ variant: "shipped", scenario: { ...pair, faults: [{ ...crash, on: "x" }] }, cursor: { n: 0, at: 0 } })}`,
      "x is not a coordinator",
    ],
    [
      `#play&s=${packed({ variant: "shipped", scenario: { ...pair, etcd: { version: 3, clockRate: 1 } }, cursor: { n: 0, at: 0 } })}`,
      "something odd of version",
    ],
  ])("that makes no sense is refused with the reason: %s", (hash, why) => {
    expect(readAddress(hash)).toContain(why);
  });
});

describe("the tree of runs", () => {
  it("keeps every run, and the same fault at the same place is the same run", () => {
    const one = grown(treeOf("shipped", pair), 0, { fault: crash });
    const two = grown(one.tree, one.run, { fault: pause });
    const again = grown(two.tree, 0, { fault: { ...crash } });
    expect([one.run, two.run, again.run]).toEqual([1, 2, 1]);
    expect(addedFaults(two.tree, 2)).toEqual([crash, pause]);
    expect(branches(grown(two.tree, 0, { fault: pause }).tree)).toEqual([
      { run: 0, depth: 0 },
      { run: 1, depth: 1 },
      { run: 2, depth: 2 },
      { run: 3, depth: 1 },
    ]);
    expect(partsAt(two.tree, 0, 2)).toBe(30_000);
    expect(partsAt(two.tree, 1, 1)).toBeUndefined();
  });

  it("changes nothing before the fork", async () => {
    const book = new RunBook(treeOf("shipped", pair), simulatorHere);
    const before = (await book.picture(0)).run.events;
    const forked = await book.fork(0, 0, 61_000, crash);
    if (forked.type !== "forked") throw new Error(forked.why);
    const after = forked.picture.run.events;
    const { n } = forked.point;
    expect(n).toBeGreaterThan(40);
    expect(after.slice(0, n)).toEqual(before.slice(0, n));
    expect(after[n]?.cause).toMatchObject({ type: "fault", kind: "crash" });
    expect(book.known(0)?.run.events).toBe(before);
    expect(book.known(forked.run)).toBe(forked.picture);
  });
});

describe("faults", () => {
  it("are all offered", () => {
    expect(FAULT_FORMS.map(({ type }) => type).toSorted()).toEqual(
      FAULT_KINDS.map(({ name }) => name).toSorted(),
    );
  });

  it.each(FAULT_FORMS)("$type is a fault with its usual values", (form) => {
    const fault = faultOf(form, "rootcoord-a", usualValues(form));
    expect(fault).toMatchObject({ type: form.type, atMs: 0 });
    expect(checkedFault(fault, ["rootcoord-a"])).toEqual(fault);
  });

  it("with a value that does not fit are refused with the range", () => {
    expect(faultOf(formOf("pause"), "rootcoord-a", { forMs: "long" })).toContain("from 0.001 to 3600");
  });

  it.each(["drop", "delay", "double"] as const)(
    "%s strikes the chosen message and no other",
    async (blow) => {
      const book = new RunBook(treeOf("shipped", pair), simulatorHere);
      const picture = await book.picture(0);
      const message = picture.messages.findLast(
        ({ at, what, leg }) => what === "renew" && leg === "request" && at < 100_000,
      );
      if (message === undefined) throw new Error("nobody renews");
      const aim = aimAt(picture, message, blow);
      if (typeof aim === "string") throw new Error(aim);
      const forked = await book.fork(0, aim.n, aim.at, aim.fault);
      if (forked.type !== "forked") throw new Error(forked.why);
      const struck = forked.picture.messages.filter(
        ({ fate, trouble }) => fate === "lost" || trouble !== undefined,
      );
      expect(struck).toHaveLength(1);
      expect(struck[0]).toMatchObject({ at: message.at, what: "renew", leg: "request", from: message.from });
    },
  );
});

describe("what the world leaves open", () => {
  it("is chosen as a run beside the one that is there, once, and stays in a link", async () => {
    const book = new RunBook(treeOf("shipped", pair), simulatorHere);
    const [question] = await book.questions(0, 29);
    const lost = question?.answers.find(({ means }) => means === "lost");
    if (lost?.atMs === undefined) throw new Error("nothing is open");
    const choice = { ...lost, atMs: lost.atMs };
    const { picture, run } = await book.choose(0, choice);
    expect(run).toBe(1);
    expect(picture.messages.filter(({ fate }) => fate === "lost")).toMatchObject([{ at: choice.atMs }]);
    expect((await book.choose(0, choice)).run).toBe(1);
    const sight: Sight = { tree: book.tree, run, cursor: { n: 29, at: choice.atMs } };
    const read = readAddress(writeAddress({ type: "playground", sight }));
    if (typeof read === "string" || read.type !== "playground" || read.sight === undefined)
      throw new Error("no link");
    const again = new RunBook(read.sight.tree, simulatorHere);
    expect((await again.picture(1)).run.events).toEqual(picture.run.events);
  });

  it("is refused in a link where it answers what is never asked", () => {
    const choice = { question: "dice", index: 3, answer: 1, atMs: 5 };
    const given = {
      variant: "shipped",
      scenario: pair,
      forks: [{ parent: 0, choice }],
      cursor: { n: 0, at: 0 },
    };
    expect(readAddress(`#play&s=${packed(given)}`)).toBe("it answers what is never asked");
  });
});

describe("a dropped file", () => {
  const lines = recorded(rootHeader({ variant: "shipped", scenario: pair, decisions: [] }));
  const text = lines.map((line) => JSON.stringify(line)).join("\n");

  const none = (): void => undefined;

  it("is opened as it was recorded", () => {
    const taken: TraceLine[] = [];
    expect(openDroppedTrace(`${text}\n`, (line) => taken.push(line))).toMatchObject({ type: "trace" });
    expect(taken).toEqual(lines);
  });

  it.each([
    ["cut after whole lines", text.split("\n").slice(0, 40)],
    ["cut within a line", text.slice(0, 5000).split("\n")],
    ["with a line after the end", [...text.split("\n"), "{}"]],
    ["of which an event is missing", text.split("\n").toSpliced(7, 1)],
    [
      "whose instants were edited",
      text.split("\n").map((row) => row.replace(/^(\{"type":"event","n":9,"at":)/u, "$11")),
    ],
    ["of which a word was edited", text.replace("rootcoord-b", "rootcoord-c").split("\n")],
    ["that is empty", []],
  ])("%s is told as the command tells it", (_, rows) => {
    const reader = new TraceReader(rows.values());
    let reading = reader.next();
    while (reading.type === "line") reading = reader.next();
    if (reading.type !== "trouble") throw new Error("the command reads it");
    const { line, remedy, what } = reading.trouble;
    const opened = openDroppedTrace(rows.join("\n"), none);
    expect(opened).toEqual({ type: "trouble", what: `line ${line}: ${what}`, remedy });
  });

  it.each([
    ["", "empty"],
    ["hello", "line 1: not a line of JSON"],
    ['{"type":"header"}', 'says "format"'],
    [text.replace('"n":2,', '"n":7,'), "event 7 follows event 1"],
  ])("that is not a trace says why", (given, why) => {
    expect(openDroppedTrace(given, none)).toMatchObject({
      type: "trouble",
      what: expect.stringContaining(why) as string,
    });
  });
});
