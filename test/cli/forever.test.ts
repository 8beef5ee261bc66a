/** `check --forever`: what it keeps, that it goes on where it was, and its drawing. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { emptyTallies } from "../../properties/check.ts";
import { plotSvg, plotText } from "../../src/cli/check/forever/plot.ts";
import { addBatch, type ForeverState } from "../../src/cli/check/forever/state.ts";
import { leasehold, refusalOf } from "./helpers.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "leasehold-forever-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The first batch is longer than that, and no second one begins. */
const SHORT = "--jobs 1 --time-limit 1ms".split(" ");
const sitting = (...more: string[]) => [
  ...`check unique-ids --variant shares-ids --forever ${folder}/f`.split(" "),
  ...SHORT,
  ...more,
];

describe("an endless check", () => {
  test("keeps what fails, and goes on where it was", async () => {
    const first = await leasehold(sitting("--seed", "7"));
    expect(first.code).toBe(1);
    expect(first.out).toContain("Checking without end from seed 7;");
    expect(first.out).toMatch(
      /unique-ids is violated: leasehold replay .+\/corpus\/unique-ids-shares-ids-7\.jsonl/u,
    );
    expect(first.out).toMatch(/\n100 schedules .+ · 1 failure · /u);
    const second = await leasehold(sitting());
    expect(second.out).toContain("Going on after 100 schedules;");
    expect(second.out).toMatch(/\n200 schedules .+ · 2 failures · /u);
    expect(readdirSync(join(folder, "f")).toSorted()).toEqual(["corpus", "coverage.svg", "state.json"]);
    const corpus = join(folder, "f", "corpus");
    expect(readdirSync(corpus)).toHaveLength(2);
    const again = await leasehold(
      `check unique-ids --variant shares-ids --runs 1 --seed 1 --no-out --jobs 1 --corpus ${corpus}`.split(
        " ",
      ),
    );
    expect(again.code).toBe(1);
    expect(again.out.match(/unique-ids is violated again/gu)).toHaveLength(2);
  });

  test("does not go on with another check, nor with a state that was cut", async () => {
    await leasehold(sitting("--seed", "7"));
    const other = await refusalOf(sitting("--seed", "8"));
    expect(other.message).toContain(
      "state.json: it is of `leasehold check unique-ids --variant shares-ids --seed 7`, and this is `leasehold check unique-ids --variant shares-ids --seed 8`\n  name another folder",
    );
    const file = join(folder, "f", "state.json");
    writeFileSync(file, readFileSync(file, "utf8").slice(0, -9));
    const cut = await refusalOf(sitting());
    expect(cut.message).toContain("it is no JSON document, or one that was cut off\n  name another folder");
  });

  test("tries all that it will write before it begins, and takes no promise for a folder", async () => {
    mkdirSync(join(folder, "f", "coverage.svg"), { recursive: true });
    const { exitCode, message } = await refusalOf(sitting("--seed", "7"));
    expect(exitCode).toBe(4);
    expect(message).toContain("f/coverage.svg: cannot be written: it is a folder\n");
    rmSync(join(folder, "f", "coverage.svg"), { recursive: true });
    writeFileSync(join(folder, "f", "corpus"), "");
    expect((await refusalOf(sitting("--seed", "7"))).message).toContain("f/corpus: cannot be written");
    const named = await refusalOf(["check", "--forever", "unique-ids"]);
    expect(named.message).toBe(
      "--forever unique-ids: it is the name of a promise, and would be a folder's here\n  say check unique-ids --forever, or ./unique-ids for a folder",
    );
  });

  test("is alone in its folder, and not kept out by one that was killed", async () => {
    const lock = join(folder, "f", "lock");
    mkdirSync(join(folder, "f"));
    writeFileSync(lock, `${process.pid} ${hostname()}`);
    const refused = await refusalOf(sitting("--seed", "7"));
    expect(refused.message).toContain(`process ${process.pid} on ${hostname()} works there at this moment`);
    expect(readdirSync(join(folder, "f"))).toEqual(["lock"]);
    writeFileSync(lock, "");
    expect((await leasehold(sitting("--seed", "7"))).code).toBe(1);
    expect(existsSync(lock)).toBe(false);
  });

  test("says how to run again what it kept, as what it is of, where it kept anything", async () => {
    const { out } = await leasehold(sitting("--seed", "7"));
    expect(out).toContain(
      `to run again what was kept: leasehold check unique-ids --variant shares-ids --corpus ${folder}/f/corpus`,
    );
    const nothing = await leasehold(
      `check unique-ids --forever ${folder}/g --seed 7`.split(" ").concat(SHORT),
    );
    expect(nothing.out).not.toContain("--corpus");
  });

  test("has no verdict before it has seen enough", async () => {
    const { code, out } = await leasehold(
      `check clean-stop --coordinators 1 --no-faults --forever ${folder}/g --seed 7`.split(" ").concat(SHORT),
    );
    expect(out).toContain("100 schedules");
    expect(code).toBe(3);
  });

  test("calls a schedule rare that comes to where ten thousand did not", () => {
    const state: ForeverState = {
      code: "",
      planned: undefined as never,
      next: 100,
      elapsedMs: 0,
      tallies: emptyTallies([]),
      pairs: ["a", "b"],
      curve: [{ schedules: 9900, pairs: 2 }],
      failing: [],
      rare: [],
    };
    const firsts = (at: number, ...pairs: string[]) => ({ tallies: [], firsts: [{ at, pairs }] });
    expect(addBatch(state, { batch: 100, runs: 100 }, firsts(3, "c"))).toEqual([]);
    expect(addBatch(state, { batch: 101, runs: 100 }, firsts(5, "a", "c"))).toEqual([]);
    expect(addBatch(state, { batch: 102, runs: 100 }, firsts(8, "a", "d"))).toEqual([8]);
    expect(state).toMatchObject({ next: 103, pairs: ["a", "b", "c", "d"] });
    expect(state.curve.at(-1)).toEqual({ schedules: 10_200, pairs: 4 });
  });
});

test("a kept schedule that is about no promise is judged by all", async () => {
  const corpus = join(folder, "corpus");
  const check = `check fencing unique-ids --runs 1 --seed 1 --no-out --jobs 1 --corpus ${corpus}`.split(" ");
  const together = join(folder, "together.yaml");
  writeFileSync(together, "ttl: 60s\nhorizon: 3m\ncoordinators: [{name: a, role: r}, {name: b, role: r}]\n");
  await leasehold(["simulate", together, "--trace", join(corpus, "rare.jsonl")]);
  expect((await leasehold(check)).out).toContain("1 kept case holds\n");
  const broken = await leasehold([...check, "--variant", "shares-ids"]);
  expect(broken.out).toContain("unique-ids is violated again: leasehold replay");
});

describe("the curve", () => {
  const points = [100, 1000, 10_000, 100_000].map((schedules, at) => ({
    schedules,
    pairs: [300, 600, 900, 950][at] ?? 0,
  }));

  test("is drawn for a terminal, no wider than it", () => {
    const drawn = plotText(points, 60);
    expect(drawn.match(/•/gu)).toHaveLength(4);
    for (const line of drawn.split("\n").slice(1)) expect(line.length).toBeLessThanOrEqual(60);
    expect(drawn).toContain("100 000");
    expect(plotText([], 60)).toBe("");
  });

  test("is drawn as SVG, from the left below to the right above", () => {
    const places = /polyline points="(.+)"/u
      .exec(plotSvg(points))?.[1]
      ?.split(" ")
      .map((pair) => pair.split(",").map(Number));
    expect(places).toHaveLength(4);
    const xs = places?.map(([x]) => x ?? 0) ?? [];
    const ys = places?.map(([, y]) => y ?? 0) ?? [];
    expect(xs).toEqual(xs.toSorted((left, right) => left - right));
    expect(ys).toEqual(ys.toSorted((left, right) => right - left));
  });
});
