import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createElectionChart } from "../../models/election.ts";
import { mermaidOf } from "../../models/diagram.ts";
import { timingFor } from "../../models/timing.ts";

const file = new URL("../../docs/protocol.md", import.meta.url);
const drawn = mermaidOf(
  createElectionChart(timingFor(60), { activeStandby: true, afterLoss: "registerAnew" }),
);

test("the diagram in docs/protocol.md is the machine's (UPDATE_DOCS=1 npm test redraws it)", () => {
  const text = readFileSync(file, "utf8");
  const block = /```mermaid\n([\s\S]*?)```/;
  if (process.env["UPDATE_DOCS"] === "1")
    writeFileSync(
      file,
      text.replace(block, () => `\`\`\`mermaid\n${drawn}\`\`\``),
    );
  expect(block.exec(readFileSync(file, "utf8"))?.[1]).toBe(drawn);
});

test("the diagram shows every state of the chart", () => {
  for (const state of ["allocating", "campaigning", "watching", "reloading", "active", "losing", "stopped"]) {
    expect(drawn).toContain(`state "${state}" as`);
  }
  expect(drawn).toContain("member_lease_held --> losing : after claimEnds");
});
