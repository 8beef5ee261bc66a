import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { lineSchema } from "../../src/trace/schema.ts";
import { ROOT } from "../helpers/repository.ts";

const FILE = join(ROOT, "schema", "trace.schema.json");

describe("the published schema of trace lines", () => {
  const schema = {
    $id: "leasehold-trace-2",
    title: "One line of a leasehold trace",
    ...z.toJSONSchema(lineSchema),
  };
  const text = `${JSON.stringify(schema, undefined, 2)}\n`;

  it("is what the reader checks; UPDATE_DOCS=1 writes it anew", () => {
    if (process.env["UPDATE_DOCS"] === "1") {
      mkdirSync(join(ROOT, "schema"), { recursive: true });
      writeFileSync(FILE, text);
    }
    expect(JSON.parse(readFileSync(FILE, "utf8"))).toEqual(JSON.parse(text));
  });

  it("knows the three kinds of line and refuses fields it does not know", () => {
    const { oneOf = [] } = schema;
    const kinds = oneOf.map(({ properties }) => properties?.["type"]);
    expect(kinds).toMatchObject([{ const: "header" }, { const: "event" }, { const: "end" }]);
    expect(oneOf.every(({ additionalProperties }) => additionalProperties === false)).toBe(true);
  });

  it.each([
    ["rootcoord@[::1]:53100", true],
    ["ключ 鍵", true],
    ["", false],
    ["a\nleasehold: all is well", false],
    ["a\u001b[2J", false],
    ["a\u009b", false],
  ])("takes %j for a name: %s", (node, taken) => {
    const line = { type: "event", n: 1, at: 0, own: 0, node, cause: { type: "start" } };
    expect(lineSchema.safeParse(line).success).toBe(taken);
  });
});
