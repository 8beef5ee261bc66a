import { expect, test } from "vitest";
import { told } from "../../src/words/told.ts";

const sentence = told("etcd answers nobody");

test("a told text is shown, joined and measured like any other", () => {
  const shown: string = `${sentence}.`;
  expect([shown, sentence.length, [sentence, "so it is"].join(": ")]).toEqual([
    "etcd answers nobody.",
    19,
    "etcd answers nobody: so it is",
  ]);
});

test("a told text cannot be taken apart: the compiler refuses", () => {
  // The code is never run; that it needs each of these comments is what the compiler checks.
  const parses = (): unknown[] => [
    // @ts-expect-error -- what follows from a text is read off what it was made from
    sentence.startsWith("etcd"),
    // @ts-expect-error -- as above
    sentence.includes("nobody"),
    // @ts-expect-error -- as above
    sentence.match(/answers/u),
    // @ts-expect-error -- as above
    sentence.split(" "),
    // @ts-expect-error -- as above
    sentence.indexOf("answers"),
  ];
  expect(parses).toBeTypeOf("function");
});
