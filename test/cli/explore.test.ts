import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { Board } from "../../src/cli/explore/board.ts";
import { runProgram } from "../../src/cli/program.ts";
import { nameOfSpace, spacesOf } from "../../src/cli/explore/plan.ts";
import { FAULT_KINDS } from "../../src/simulation/fault.ts";
import { meaningOfSpaces, renderHeads } from "../../src/cli/explore/render.ts";
import type { Explored } from "../../src/cli/explore/runner.ts";
import { FAULT_CLASSES, type Space } from "../../src/search/space.ts";
import { keptTerminal, leasehold, refusalOf } from "./helpers.ts";

const main = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leasehold-explore-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const explore = (line: string) => leasehold(["explore", ...line.split(" "), "--out", folder]);

interface ExploredSpace {
  readonly verdict: string;
  readonly states: number;
  readonly frontier: number;
  readonly judged: readonly string[];
  readonly undecided: readonly string[];
  readonly untested: readonly string[];
  readonly outside: readonly { readonly promise: string }[];
  readonly why?: string;
  readonly file?: string;
  readonly violation?: { readonly property: string };
}

async function spaceOf(line: string): Promise<{ readonly code: number; readonly space: ExploredSpace }> {
  const { code, out } = await explore(`${line} --json`);
  const { format, spaces } = JSON.parse(out) as { format: string; spaces: ExploredSpace[] };
  expect(format).toBe("leasehold-explore");
  const [space] = spaces;
  if (space === undefined || spaces.length !== 1) throw new Error(`${spaces.length} spaces`);
  return { code, space };
}

describe("leasehold explore", () => {
  it("closes a space that has an end, and says what that means", async () => {
    const { code, out } = await explore("--faults crash");
    expect(code).toBe(0);
    expect(out).toMatch(/^crash +closed +\d \d{3} /mu);
    expect(out).toMatch(/closed: \d \d{3} states, no violation, for unbounded time/u);
    expect(out).toMatch(
      /^chart: \d+ of 33 states reached, and \d+ of 72 pairs of .*--chart names the rest/mu,
    );
  });

  it("says open of a space that was cut, with exit code 3", async () => {
    const { code, space } = await spaceOf("--faults crash,loss --budget 2 --max-states 3000");
    expect(code).toBe(3);
    expect(space).toMatchObject({ verdict: "open", why: "states" });
    expect(space.frontier).toBeGreaterThan(0);
    expect(space.states).toBeGreaterThanOrEqual(3000);
    expect(space.states).toBeLessThan(3050);
  });

  it("tells a violation as a run that the ordinary replay repeats, and names the one command that finds it again", async () => {
    const { code, out } = await explore("--faults pause --variant claim-never-ends --grid 2s");
    expect(code).toBe(1);
    expect(out).toContain("single-active is violated at");
    expect(out).toContain("Again:  leasehold explore --faults pause --variant claim-never-ends\n");
    const file = /Trace: {2}leasehold replay (\S+)/u.exec(out)?.[1] ?? "";
    const replayed = await leasehold(["replay", file]);
    expect(replayed.code).toBe(1);
    expect(replayed.out).toContain("single-active");
  });

  it("counts the messages that met another fate, as the replay of its trace does", async () => {
    const { out } = await explore("recovery --faults loss --variant blind-to-own-key");
    const [, counted] =
      /What happened \((?:no shorter way: )?\d+ steps, (.*), \d+ decisions?\)/u.exec(out) ?? [];
    expect(counted).toBe("0 faults, 1 message lost, late or doubled");
    const file = /Trace: {2}leasehold replay (\S+)/u.exec(out)?.[1] ?? "";
    const { out: replayed } = await leasehold(["replay", file]);
    expect(replayed.split("\n")[0]).toContain(`: recovery of blind-to-own-key, ${counted}, `);
  });

  it("writes each violation to a trace of its own", async () => {
    const files = new Set<string>();
    for (const more of ["", " --budget 2", " --ttl 30s", " --grid 1s", " --writes", " --coordinators 3"]) {
      const faults = more === " --budget 2" ? "crash" : "none";
      const { space } = await spaceOf(`unique-ids --variant shares-ids --faults ${faults}${more}`);
      files.add(space.file ?? "");
    }
    const { out } = await explore("unique-ids --variant shares-ids --max-states 2000 --jobs 1");
    const told = [...out.matchAll(/Trace: {2}leasehold replay (\S+)/gu)].map(([, file]) => file ?? "");
    expect(told.length).toBeGreaterThan(10);
    for (const file of told) files.add(file);
    const names = [...files].map((file) => file.slice(folder.length + 1));
    expect(names.slice(0, 6)).toEqual([
      "unique-ids-shares-ids-none-2.jsonl",
      "unique-ids-shares-ids-crash-2-budget-2.jsonl",
      "unique-ids-shares-ids-none-2-ttl-30s.jsonl",
      "unique-ids-shares-ids-none-2-grid-1s.jsonl",
      "unique-ids-shares-ids-none-2-writes.jsonl",
      "unique-ids-shares-ids-none-3.jsonl",
    ]);
    expect(new Set(told).size).toBe(told.length);
    for (const file of files) expect(existsSync(file), file).toBe(true);
  });

  it("keeps the names of traces short, however many faults there are", () => {
    const all = FAULT_CLASSES.map(({ name }) => name);
    const [space] = spacesOf({ faults: all.join(","), out: "" }, shipped);
    const [other] = spacesOf({ faults: all.slice(1).join(","), out: "" }, shipped);
    if (space === undefined || other === undefined) throw new Error("no space");
    expect(nameOfSpace(space)).toMatch(new RegExp(`^${all.length}-kinds-[0-9a-f]{8}-2$`, "u"));
    expect(nameOfSpace({ ...space, faults: all.slice(0, -1) })).not.toBe(nameOfSpace(other));
  });

  it("writes no trace where none is wanted, and names none", async () => {
    const line = "explore unique-ids --faults none --variant shares-ids --no-out";
    const { code, out } = await leasehold(line.split(" "));
    expect(code).toBe(1);
    expect(out).toContain("Again:  leasehold explore");
    expect(out).not.toContain("Trace:");
    const { out: json } = await leasehold([...line.split(" "), "--json"]);
    const { spaces } = JSON.parse(json) as { spaces: ExploredSpace[] };
    expect(spaces[0]?.violation?.property).toBe("unique-ids");
    expect(spaces[0]).not.toHaveProperty("file");
  });

  it("finds a way on which nobody ever serves, which goes in a circle", async () => {
    const { code, space } = await spaceOf("recovery --faults loss --variant blind-to-own-key");
    expect(code).toBe(1);
    expect(space).toMatchObject({
      verdict: "violated",
      violation: { property: "recovery", kind: "nobody-serves" },
    });
    const replayed = await leasehold(["replay", space.file ?? ""]);
    expect(replayed.code).toBe(1);
  });

  it("gives no verdict where nothing is promised", async () => {
    const { code, space } = await spaceOf("single-active --coordinators 1 --faults delete-key");
    expect(code).toBe(3);
    expect(space.judged).toEqual([]);
    expect(space.outside.map(({ promise }) => promise)).toEqual(["single-active"]);
  });

  it("says how much of what it saw the schedules of a check come through, and what they miss", async () => {
    const { out } = await explore("single-active --faults crash --check 20 --json");
    const { check } = JSON.parse(out) as { check: { explored: number; checked: number; missed: string[] } };
    expect(check.checked).toBeGreaterThan(10);
    expect(check.missed.length).toBe(check.explored - check.checked);
    const { out: told } = await explore("single-active --faults crash --check 20");
    expect(told).toMatch(
      /^check: of the \d+ ways in which .*, it came through \d+ \(.*\) in its first 20 schedules\.$/mu,
    );
    expect(told).toMatch(
      /^Of the \d+ states of one beside what the other is about, it came through \d+ \(/mu,
    );
  });

  it("draws the chart into a page of its own, with as much of it marked as it counts", () => {
    const file = join(folder, "chart.html");
    const line = ["explore", "single-active", "--faults", "none", "--chart-html", file];
    const { status, stdout: out } = spawnSync(process.execPath, [main, ...line], { encoding: "utf8" });
    expect(status).toBe(0);
    expect(out).toContain(`${file} is written`);
    const [, states, ofStates] = /chart: (\d+) of (\d+) states reached/u.exec(out) ?? [];
    const page = readFileSync(file, "utf8");
    expect(page).not.toMatch(/<script|<!--|\b(?:src|href)="(?!data:)/u);
    const drawn = (mark: string) => page.split(` ${mark}" data-path=`).length - 1;
    expect(drawn("seen")).toBe(Number(states));
    expect(drawn("never")).toBe(Number(ofStates) - Number(states));
    expect(page).toContain("<dt>In no space: nothing lasts three TTLs</dt>");
  });

  it("refuses a page that cannot be written before it explores", async () => {
    const { err } = await explore(`single-active --faults none --chart-html ${folder}`);
    expect(err).toContain(`--chart-html ${folder}: cannot be written`);
  });

  it("prints the chart with what never came", async () => {
    const { out } = await explore("single-active --faults none --chart");
    expect(out).toMatch(/^allocating\.reading +id\.read, never id\.failed$/mu);
    expect(out).toMatch(/^losing\.pausing +never after backOff$/mu);
  });

  it("can place every kind of fault, or says why not", () => {
    const named: Readonly<Record<string, string>> = {
      lose: "loss",
      changeLeader: "leader",
      muteWatch: "mute-watch",
      stepClock: "clock-step",
      deleteKey: "delete-key",
      compact: "compaction",
    };
    for (const { name } of FAULT_KINDS) {
      const flags = { faults: named[name] ?? name, out: "" };
      try {
        expect(spacesOf(flags, shipped)).toHaveLength(1);
      } catch (error) {
        expect(String(error)).toContain("explore cannot place it");
      }
    }
  });

  it("says which kinds of faults it left out, where nobody named any", async () => {
    const { out } = await explore("single-active --max-states 5 --jobs 1");
    const explored = [...out.matchAll(/^(\S+)(?: \(3\))? +open /gmu)].map(([, name]) => name);
    const [, named = ""] = /^left out: (.*); --faults names them\.$/mu.exec(out) ?? [];
    const leftOut = named.split(", ");
    expect(leftOut.filter((name) => explored.includes(name))).toEqual([]);
    expect(new Set([...explored, ...leftOut])).toEqual(
      new Set(["none", ...FAULT_CLASSES.map(({ name }) => name)]),
    );
    const { out: json } = await explore("single-active --max-states 5 --jobs 1 --json");
    expect(JSON.parse(json)).toMatchObject({ leftOut });
    expect((await explore("single-active --faults none --max-states 5")).out).not.toContain("left out");
    const docs = readFileSync(new URL("../../docs/exploring.md", import.meta.url), "utf8");
    const [, told = ""] = /It leaves out ([^.]*), which are/u.exec(docs) ?? [];
    expect([...told.matchAll(/`([^`]+)`/gu)].map(([, name]) => name)).toEqual(leftOut);
  });

  it("lists what may go wrong", async () => {
    const { code, out } = await leasehold(["explore", "--list"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^crash +a coordinator dies at once/mu);
  });
});

describe.skipIf(!existsSync(main))("leasehold explore as a command", () => {
  it("stops before it takes more memory than it may, and refuses less than it takes already", () => {
    const within = (megabytes: number) => {
      const line = `explore single-active --faults partition --json --no-out --max-memory ${megabytes}MB`;
      return spawnSync(process.execPath, [main, ...line.split(" ")], { encoding: "utf8" });
    };
    const little = within(1);
    expect({ code: little.status, out: little.stdout }).toEqual({ code: 2, out: "" });
    const [, taken = ""] =
      /^leasehold: --max-memory 1MB: the process takes (\d+) MB before it begins\n {2}give it more/u.exec(
        little.stderr,
      ) ?? [];
    const { status, stdout } = within(Number(taken) + 40);
    const { spaces } = JSON.parse(stdout) as { spaces: ExploredSpace[] };
    expect(status).toBe(3);
    expect(spaces).toMatchObject([{ verdict: "open", why: "memory" }]);
  });

  it("says what was visited when it is interrupted", async () => {
    const child = spawn(process.execPath, [main, "explore", "--faults", "outage", "--out", folder]);
    let out = "";
    child.stdout.on("data", (data: Buffer) => {
      // It listens for signals from before its first line on.
      if (out === "") child.kill("SIGINT");
      out += data.toString();
    });
    const [code] = (await once(child, "close")) as [number | null];
    expect(code).toBe(130);
    expect(out).toMatch(/open: outage holds for the states visited; it was interrupted/u);
  });
});

describe.skipIf(!existsSync(main))("leasehold explore in several threads", () => {
  it("prints the same whatever their number", async () => {
    const documents = [1, 2].map((jobs) => {
      const line = `explore --max-states 400 --json --jobs ${jobs}`;
      const { stdout } = spawnSync(process.execPath, [main, ...line.split(" "), "--out", folder], {
        encoding: "utf8",
        maxBuffer: 2 ** 26,
      });
      return JSON.parse(stdout, (key, value: unknown) =>
        ["seconds", "memoryBytes"].includes(key) ? undefined : value,
      ) as { spaces: ExploredSpace[] };
    });
    expect(documents[0]?.spaces.length).toBeGreaterThan(10);
    expect(documents[1]).toEqual(documents[0]);
  });
});

describe("a grid where none is given", () => {
  it.each([2, 3, 60, 74, 75, 90, 86_400])("fits a TTL of %s s", (ttl) => {
    expect(spacesOf({ faults: "none", ttl, out: "" }, shipped)).toHaveLength(1);
  });
});

describe("what was found", () => {
  it("is told where nothing happens any more after it", async () => {
    const { code, out } = await explore(
      "recovery --faults pause --coordinators 1 --variant never-joins-again",
    );
    expect(code).toBe(1);
    expect(out).toMatch(/\(\d+ steps, 1 fault, /u);
  });

  it("is called the shortest way where a state is broken, and not where it is one of waiting or of asking", async () => {
    const broken = await explore("single-active --faults pause --variant claim-never-ends");
    expect(broken.out).toMatch(/no shorter way: \d+ steps, 1 fault, /u);
    const asking = "bounded-requests --faults none --coordinators 1 --variant confuses-units --grid 15ms";
    expect((await explore(asking)).out).toMatch(/\(\d+ steps, 0 faults, /u);
    const { out } = await explore("recovery --faults crash --variant deaf-to-deletion");
    expect(out).toMatch(/\(\d+ steps, 1 fault, /u);
    expect(out).toContain("violated: crash; whatever else was asked of it is not decided.");
    expect(out).not.toContain("no violation");
  });

  it("tells the spaces that stopped for one reason in one line", async () => {
    const { out } = await explore("single-active --max-states 30 --jobs 1");
    const told = out.split("\n").filter((line) => line.startsWith("open:"));
    expect(told).toEqual([expect.stringMatching(/^open: none, crash, .*hold for the states visited; each/u)]);
  });

  it("says nothing of promises that show in a space that has closed, where it has not", async () => {
    const flags = "--faults crash --variant blind-to-own-key --max-states 1900";
    const { code, out } = await explore(`recovery ${flags}`);
    expect(out).toContain("open: of crash nothing is judged yet; it stopped at --max-states");
    expect(out).toContain("not judged: recovery (shows when all states are known) with crash.");
    expect(out).not.toContain("holds");
    expect(code).toBe(3);
    const { space } = await spaceOf(flags);
    expect(space).toMatchObject({ verdict: "open", undecided: ["recovery", "bounded-requests"] });
    expect(space.judged).not.toContain("recovery");
    // With all its states, what was not judged is broken.
    expect((await explore("recovery --faults crash --variant blind-to-own-key")).code).toBe(1);
  });

  it("says which promises no state puts to the test, and that a space of such alone says nothing", async () => {
    // Nobody is superseded while a write of its is on its way.
    const { code, out } = await explore("fencing --writes --faults crash --variant no-fencing");
    expect(out).toMatch(/^crash +untested /mu);
    expect(out).toContain("not tested: fencing with crash; no state visited there could have broken it.");
    expect(out).not.toContain("no violation");
    expect(code).toBe(3);
    const alone = await explore("single-active one-key-holder unique-ids --faults none --coordinators 1");
    expect(alone.out).toMatch(/^none \(1\) +untested /mu);
    expect(alone.code).toBe(3);
    expect(await spaceOf("--faults none")).toMatchObject({ code: 0, space: { untested: [] } });
    expect((await spaceOf("--faults crash")).space.untested).toEqual([]);
  });

  it("names the spaces that were not begun", () => {
    const spaces = spacesOf({ out: "" }, shipped).slice(0, 3);
    expect(meaningOfSpaces([openIn(spaces[0])], spaces.slice(1))).toContain(
      "not begun: crash, stop; nothing is known of them.",
    );
  });

  it("fits into 80 columns", () => {
    const { terminal } = keptTerminal(80);
    expect(renderHeads(terminal).trimEnd().length).toBeLessThanOrEqual(80);
  });
});

function openIn(space: Space | undefined): Explored {
  if (space === undefined) throw new Error("no space");
  return {
    type: "explored",
    space,
    end: { type: "open", why: "interrupted" },
    reached: { states: 1, frontier: 1, steps: 0, depth: 0, bytes: 0 },
    seconds: 0,
    memoryBytes: 1,
    judged: ["single-active"],
    undecided: [],
    untested: [],
    together: new Set(),
    chart: { states: new Set(), pairs: new Set() },
    outside: [],
  };
}

describe("what explore cannot do is refused with place and remedy", () => {
  it.each([
    ["--grid 3s", "--grid 3s: a round trip of 6000 ms is no shorter than the 5000 ms"],
    ["--grid 1.5ms", "--grid 1.5ms: it is no whole number of milliseconds"],
    ["--grid 0s", "It must be longer than 0s."],
    ["--ttl 1s", "below etcd's minimum"],
    ["--faults crsh", "unknown fault crsh\n  did you mean crash?"],
    [
      "--faults crash,strand",
      "--faults strand: explore cannot place it: states know no leader that lost touch",
    ],
    ["--faults none,crash", "--faults none,crash: none says that nothing may go wrong, and stands alone"],
    ["--checkpoint=", "It must be a path."],
    ["--faults crash,crash", "--faults: crash is named twice"],
    ["--faults none --budget 2", "--budget: nothing may go wrong here"],
    ["--budget 0", "It must be a whole number from 1 to"],
    ["--coordinators 9", "It must be a whole number from 1 to"],
    ["--variant nobody", "unknown variant nobody"],
    ["clean", "unknown promise to explore clean"],
    ["single-active,recovery", "write single-active recovery, with spaces between"],
    ...["clean-stop", "keys-expire"].map((name): [string, string] => [
      name,
      `${name}: explore cannot judge it: whether it is kept does not show in a state, nor on the ways between states\n  leasehold check ${name} judges it by chance; explore judges single-active, `,
    ]),
    ["--faults=", "It must be kinds of faults with commas between them.\n  write "],
    ["--faults ,", "It must be kinds of faults with commas between them.\n  write "],
    ["--faults crash,", "It must be kinds of faults with commas between them.\n  write "],
    ["--faults crash --faults loss", "option '--faults <list>' is given twice\n  give it once"],
    [
      "--faults crash,stop --shard 1/2",
      "there is 1 space, so there are no 2 parts\n  leave --shard out: faults that are named make one space; without --faults there are more",
    ],
    ["--shard 1/17", "there are 16 spaces, so there are no 17 parts\n  divide them into at most 16"],
    ["--max-memory 100TB", "It must be a size.\n  write a number of B, kB, MB or GB, such as 64MB"],
    [
      "--variant robs-by-its-own-ttl",
      "--variant robs-by-its-own-ttl: it cannot be explored: it compares when keys",
    ],
    ["--coordinators 3 --check 5", "--check: it holds schedules of two coordinators beside"],
    ["--check 0", "It must be a whole number from 1 to"],
    ["--list crash", "--list: it lists every fault"],
    ["--max-memory 0MB", "It must be from 1kB to 1000GB."],
  ])("%s", async (line, message) => {
    const refused = await refusalOf(["explore", ...line.split(" ")]);
    expect(refused.message).toContain(message);
    expect({ exitCode: refused.exitCode, out: refused.out }).toEqual({ exitCode: 2, out: "" });
  });
});

describe("the line of progress", () => {
  const drawnBy = async (line: string) => {
    const { err, terminal } = keptTerminal();
    const args = ["explore", ...line.split(" "), "--no-out"];
    await runProgram(args, () => Promise.resolve({ ...terminal, live: true }));
    return err()
      .split("\u001B[2K")
      .filter((text) => text.includes("states"));
  };

  it("says that promises are judged after the last state, and of no time left", async () => {
    const last = (await drawnBy("--faults crash")).at(-1);
    expect(last).toMatch(/^crash: \d \d{3} states, judging recovery, bounded-requests · frontier 0 · /u);
    expect(last).not.toContain("left");
    expect((await drawnBy("recovery --faults none")).at(-1)).toMatch(
      /^none: \d+ states, judging recovery · /u,
    );
    const none = await drawnBy("single-active --faults none");
    expect(none.join("")).not.toContain("judging");
  });

  it("says it of a space in another thread", () => {
    const board = new Board(2);
    const visiting = { states: 5, frontier: 2, depth: 3, isJudging: false };
    const judging = { states: 9, frontier: 0, depth: 4, isJudging: true };
    const other = new Board(board.shared);
    other.tell(0, visiting);
    other.tell(1, judging);
    expect([...board.underWay()]).toEqual([
      [0, visiting],
      [1, judging],
    ]);
    other.end(1);
    expect([...board.underWay()]).toEqual([[0, visiting]]);
  });
});
