import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { maskedMutants } from "../../models/masked-mutants.ts";
import { releases } from "../../models/milvus/ways.ts";
import { mutants } from "../../models/mutants.ts";
import { shipped } from "../../models/variant.ts";
import { retry, type KeptBug, type NotExpressed } from "../../properties/bugs/kept.ts";
import { hazards, milvusBugs } from "../../properties/bugs/known-bugs.ts";
import { hazardsNotExpressed, milvusNotExpressed } from "../../properties/bugs/not-expressed.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { reruns } from "../../properties/reruns.ts";

const file = new URL("../../docs/known-bugs.md", import.meta.url);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function kept(bugs: readonly KeptBug[], project: string): string {
  const links = (issues: readonly number[]) =>
    issues.map((issue) => `[#${issue}](https://github.com/${project}/issues/${issue})`).join(" ");
  return table(
    ["", "what goes wrong", "issues", "on", "caught by", "the shipped election"],
    bugs.map(({ id, issues, shipped: says, title, variant, violates }) => [
      id,
      title,
      links(issues),
      variant === shipped.name ? "*everybody*" : `\`${variant}\``,
      `\`${violates.name}\``,
      says,
    ]),
  );
}

function notKept(list: readonly NotExpressed[]): string {
  return table(
    ["", "what goes wrong", "why it is not kept"],
    list.map(({ id, title, why }) => [id, title, why]),
  );
}

const yes = (holds: boolean) => (holds ? "yes" : "");

const tables: Readonly<Record<string, string>> = {
  releases: table(
    [
      "variant",
      "Milvus",
      "TTL then",
      "lost keepalive",
      "watches its own key",
      "reloads",
      "deaf to SIGTERM in standby",
      "a failed campaign",
    ],
    releases.map(({ name, says, ttlSeconds, ways }) => [
      `\`${name}\``,
      says,
      `${ttlSeconds} s`,
      ways.keepalive,
      yes(ways.watchesOwnKey),
      yes(ways.reloads),
      yes(ways.deafToStop),
      ways.panicsOnError ? "ends the process" : "is tried again",
    ]),
  ),
  milvus: kept(milvusBugs, "milvus-io/milvus"),
  history: table(
    ["", ...releases.map(({ name }) => name.slice("milvus-".length))],
    milvusBugs.map((bug) => [
      bug.id,
      ...releases.map(({ name }) => (retry({ ...bug, variant: name }).violation === undefined ? "" : "●")),
    ]),
  ),
  "milvus not expressed": notKept(milvusNotExpressed),
  hazards: kept(hazards, "etcd-io/etcd"),
  "hazards not expressed": notKept(hazardsNotExpressed),
  mutants: table(
    ["mutant", "its mistake", "killed by"],
    mutants.map(({ name, summary }) => [
      `\`${name}\``,
      summary,
      [...catalogue, ...reruns]
        .filter(({ kills }) => kills.includes(name))
        .map((property) => `\`${property.name}\``)
        .join(", "),
    ]),
  ),
  masked: table(
    ["mistake", "what it does", "covered by"],
    maskedMutants.map(({ by, variant }) => [`\`${variant.name}\``, variant.summary, by]),
  ),
};

const blockOf = (name: string) => new RegExp(`<!-- ${name} -->\\n([\\s\\S]*?)<!-- end -->`, "u");

describe("docs/known-bugs.md (UPDATE_DOCS=1 npm test writes its tables)", () => {
  test.each(Object.keys(tables))("has the data's own table of %s", (name) => {
    const drawn = `\n${tables[name] ?? ""}\n\n`;
    if (process.env["UPDATE_DOCS"] === "1") {
      const text = readFileSync(file, "utf8");
      writeFileSync(
        file,
        text.replace(blockOf(name), () => `<!-- ${name} -->\n${drawn}<!-- end -->`),
      );
    }
    expect(blockOf(name).exec(readFileSync(file, "utf8"))?.[1]).toBe(drawn);
  });

  test("has no table that nobody writes", () => {
    const names = [...readFileSync(file, "utf8").matchAll(/<!-- (?!end)(.*?) -->/gu)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(Object.keys(tables)));
  });
});
