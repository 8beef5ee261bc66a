/** The search finds what it is said to find. */
import { describe, expect, it } from "vitest";
import { searchable } from "../../src/search/graph-promises.ts";
import { find, SOUGHT, whereFound } from "../../src/search/known-spaces.ts";
import type { Space } from "../../src/search/space.ts";

const found = SOUGHT.flatMap((sought) => {
  const where = whereFound(sought);
  return typeof where === "string" ? [] : [{ ...sought, space: where }];
});

describe("the search finds, in the space that is kept for it,", () => {
  // Two ids of one bug, as two of its issues have it, are one search.
  const once = new Map(found.map((one) => [`${one.variant} by ${one.property}`, one]));
  it.each([...once])("%s", (_, { property, space }: { readonly property: string; readonly space: Space }) => {
    expect(find(space, property).type).toBe("found");
  });
});

describe("of all mutants and known bugs whose promise it judges", () => {
  const judged = SOUGHT.filter(({ property }) => searchable.includes(property));

  it("each is found, or the reason is kept why it is not", () => {
    const told = judged.map(whereFound);
    expect(told.filter((where) => typeof where !== "string").length).toBeGreaterThan(24);
    for (const where of told) if (typeof where === "string") expect(where).not.toBe("");
  });

  it("most mutants are found by one fault or none", () => {
    const single = found.filter(({ space }) => space.budget <= 1);
    expect(single.length).toBe(found.length - 2);
  });
});
