/** Variants of one's own, explored: shards and checkpoints know of which one they are. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Folder } from "./command.ts";

const folder = new Folder();
/** A module with two variants; `seconds`: how long the second stays away. */
const twoVariants = (seconds: number) =>
  'import { defineVariant, delayed } from "leasehold/models";\n' +
  'export const one = defineVariant({ name: "one", summary: "waits", chart: delayed(() => ({ setbackPause: 7000 })) });\n' +
  `export const two = defineVariant({ name: "two", summary: "waits longer", chart: delayed(() => ({ setbackPause: ${seconds}000 })) });\n`;

beforeAll(() => folder.write("mine.ts", twoVariants(3)));
afterAll(() => folder.remove());

describe("shards of a variant of one's own", () => {
  const EXPLORE = "explore single-active --faults none --max-states 50 --shard 1/1";
  const CHECK = "check unique-ids --runs 100 --seed 1 --shard 1/1";

  it.each([
    ["explored", EXPLORE, "Exploring every state of two (waits longer"],
    ["checked", CHECK, "two"],
  ])("are told as that one's where they were %s, and as no other's", (name, line, told) => {
    const { code, out } = folder.run(`${line} --variant ./mine.ts#two`);
    expect(code).toBe(0);
    folder.write(`${name}.json`, out);
    const merge = (...flags: string[]) =>
      folder.run(["merge", `${name}.json`, "--no-out", ...flags].join(" "));
    expect(merge("--variant", "./mine.ts#two").out).toContain(told);
    expect(merge("--variant", "./mine.ts#one")).toEqual({
      code: 2,
      out: "",
      err: `leasehold: --variant ./mine.ts#one: it is one, and ${name}.json is of the variant two\n  name that one: --variant ./mine.ts#two\n`,
    });
    expect(merge().err).toBe(
      `leasehold: ${name}.json: it is of the variant two, which nothing that is named here exports\n  name the module that does: --variant ./mine.ts#two\n`,
    );
    expect(merge("--variant", "shipped").err).toContain("two, which nothing that is named here exports");
  });
});

describe("a checkpoint of a variant of one's own", () => {
  it("is not gone on from, and not told again, when the module is another by then", () => {
    const line = "explore single-active --faults none --variant ./mine.ts#two --no-out";
    expect(folder.run(`${line} --checkpoint there`).code).toBe(0);
    expect(folder.run("explore --resume there --no-out").code).toBe(0);
    folder.write("mine.ts", twoVariants(4));
    const { code, err } = folder.run("explore --resume there --no-out");
    expect(code).toBe(2);
    expect(err).toContain("the program or a module of your own is another one by now\n  go on with the code");
  });
});

describe("a variant of one's own that cannot be explored", () => {
  it("is called as it was named, also in the command that checks it", () => {
    folder.write(
      "by dice.ts",
      'import { defineVariant, shippedDialect } from "leasehold/models";\n' +
        "const { readings } = shippedDialect;\n" +
        "let asked = 0;\n" +
        'export const weak = defineVariant({ name: "weak", summary: "counts elsewhere", dialect: { readings: { ...readings,\n' +
        '  renew: (...given) => (asked++ % 2 === 0 ? readings.renew(...given) : "lease.unanswered") } } });\n',
    );
    const { code, err } = folder.run("explore single-active --faults none --no-out", {
      more: ["--variant", "./by dice.ts#weak"],
    });
    expect(code).toBe(2);
    expect(err).toContain("leasehold: --variant './by dice.ts#weak': it cannot be explored: ");
    expect(err).toContain("\n  check it by chance: leasehold check --variant './by dice.ts#weak'\n");
  });
});

describe("a reading of one's own that returns what is no event", () => {
  const mumbling = (name: string, dialect: string) =>
    'import { defineVariant, shippedDialect } from "leasehold/models";\n' +
    `export const ${name} = defineVariant({ name: "${name}", summary: "mumbles", dialect: { ${dialect} } });\n`;

  it.each([
    ["number", "readings: { ...shippedDialect.readings, campaign: () => 42 as never }", "campaign", "42"],
    [
      "typo",
      'readings: { ...shippedDialect.readings, campaign: () => "role.wonn" as never }',
      "campaign",
      '"role.wonn"',
    ],
    [
      "nothing",
      "readings: { ...shippedDialect.readings, campaign: () => undefined as never }",
      "campaign",
      "undefined",
    ],
    [
      "watch",
      'watchReadings: { ...shippedDialect.watchReadings, role: () => "hm" as never }',
      "role (of a watch)",
      '"hm"',
    ],
  ])("is told as code of one's own: %s", (name, dialect, reading, said) => {
    folder.write(`${name}.ts`, mumbling(name, dialect));
    for (const command of [
      "check single-active --runs 100 --seed 1 --no-out",
      "explore single-active --faults crash --no-out",
    ])
      expect(folder.run(`${command} --variant ./${name}.ts`)).toMatchObject({
        code: 2,
        err: `leasehold: the reading ${reading} of ${name} returned ${said}, which is no event of the chart\n  mend it: a variant, a property and a fault must bear every run that can be\n`,
      });
  });

  it("is no other chart's matter: events of one's own chart are events", () => {
    folder.write(
      "events.ts",
      'import { defineVariant, edited, on, shippedDialect, stateAt } from "leasehold/models";\n' +
        'export const own = defineVariant({ name: "own", summary: "knows a word more",\n' +
        '  chart: edited((chart) => on(stateAt(chart, "member"), "role.mine", { actions: [] })),\n' +
        '  dialect: { watchReadings: { ...shippedDialect.watchReadings, role: () => "role.mine" as never } } });\n',
    );
    expect(
      folder.run("explore single-active --faults none --max-states 300 --no-out --variant ./events.ts").err,
    ).toBe("");
  });
});
