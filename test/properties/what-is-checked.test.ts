/** The tables of docs/what-is-checked.md are the data's own. */
import { expect, test } from "vitest";
import { mutants } from "../../models/mutants.ts";
import { maskedMutants } from "../../models/masked-mutants.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { STRIKES } from "../../properties/strike-counts.ts";
import { reruns } from "../../properties/reruns.ts";
import { SURROUNDINGS } from "../../properties/surroundings.ts";
import { FAULT_KINDS } from "../../src/simulation/fault.ts";
import { docBlock, docTable } from "./doc-table.ts";
import { unseenChartEdits } from "../mutations/chart-unseen.ts";
import { judgeMutants } from "../mutations/judge-edits.ts";
import { memberMutants } from "../mutations/member-edits.ts";
import { worldMutants } from "../mutations/world-edits.ts";
import { driverMutants } from "../mutations/driver-edits.ts";
import { sourceMutants, type Noticed } from "../mutations/edits.ts";

const share = (weight: number, all: readonly { readonly weight: number }[]) =>
  `${Math.round((100 * weight) / all.reduce((sum, one) => sum + one.weight, 0))} %`;

function told(noticed: Noticed): string {
  switch (noticed.how) {
    case "violated":
      return `\`${noticed.by}\` is violated`;
    case "witness":
      return `\`${noticed.by}\` has no verdict: never saw \`${noticed.unseen}\``;
    case "no effect":
      return `no promise has a verdict: \`${noticed.strike}\` never had its effect`;
  }
}

const tables: Readonly<Record<string, string>> = {
  surroundings: docTable(
    ["dimension", "drawn"],
    Object.entries(SURROUNDINGS).map(([name, choices]) => [
      name,
      choices.map((one) => `${one.name} (${share(one.weight, choices)})`).join(" · "),
    ]),
  ),
  faults: docTable(
    ["fault", "weight", "effect looked for", "promises about time wait for it"],
    FAULT_KINDS.map(({ disturbs, members, name, weight }) => [
      `\`${name}\``,
      members === "several" ? `${weight}, of several members` : String(weight),
      STRIKES.filter((strike) => strike.split(" ")[0] === name)
        .map((strike) => `\`${strike}\``)
        .join(", "),
      disturbs,
    ]),
  ),
  witnesses: docTable(
    ["promise", "assumes", "put to the test by"],
    catalogue.map(({ assumes, name, witnesses }) => [
      `\`${name}\``,
      assumes.map((one) => one.name).join(", ") || "nothing",
      witnesses.map(({ says }) => says).join(" · "),
    ]),
  ),
  mutants: docTable(
    ["mutant", "its mistake", "noticed how"],
    [
      ...mutants.map(({ name, summary }) => [
        `\`${name}\``,
        summary,
        [...catalogue, ...reruns]
          .filter(({ kills }) => kills.includes(name))
          .map((property) => `\`${property.name}\` is violated`)
          .join(", "),
      ]),
      ...maskedMutants.map(({ by, variant }) => [
        `\`${variant.name}\``,
        variant.summary,
        `not seen: covered by ${by}`,
      ]),
    ],
  ),
  "source mutants": docTable(
    ["mutant", "its mistake", "in", "noticed how"],
    [...driverMutants, ...sourceMutants, ...memberMutants, ...worldMutants].map(
      ({ file: where, mistake, name, noticed }) => [`\`${name}\``, mistake, `\`${where}\``, told(noticed)],
    ),
  ),
  "unseen chart edits": docTable(
    ["left out", "why nobody sees it"],
    [...unseenChartEdits].map(([name, why]) => [name, why]),
  ),
  "judge mutants": docTable(
    ["mutant", "its mistake", "in", "noticed how"],
    judgeMutants.map(({ file: where, mistake, name, property, variant }) => [
      `\`${name}\``,
      mistake,
      `\`${where}\``,
      `\`${variant}\` is not killed by \`${property}\` any more`,
    ]),
  ),
};

test.each(Object.keys(tables))("docs/what-is-checked.md has the data's own table of %s", (name) => {
  const { is, should } = docBlock(name, tables[name] ?? "");
  expect(is).toBe(should);
});
