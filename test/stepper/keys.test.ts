import { describe, expect, it } from "vitest";
import { BINDINGS, readKeys } from "../../src/stepper/keys.ts";

describe("a terminal's bytes", () => {
  it.each([
    ["n", ["n"]],
    ["\u001b[C\u001b[D", ["right", "left"]],
    ["\u001bOA", ["up"]],
    ["\u001b[5~\u001b[6~", ["page up", "page down"]],
    ["\u001b[Z\t", ["shift-tab", "tab"]],
    ["\u001b[1;2C", ["shift-right"]],
    ["\r\u007f\u0003", ["enter", "backspace", "ctrl-c"]],
    ["é日", ["é", "日"]],
    ["\u001b[200~x\u001b[201~", ["x"]],
    ["\u001bx", ["escape", "x"]],
    ["\u0001\u0000", []],
  ])("%j are keys", (text, keys) => {
    expect(readKeys(text)).toEqual({ keys, rest: "" });
  });

  it.each(["\u001b", "\u001b[", "\u001b[1;", "\u001bO"])("%j may go on, so it is kept", (text) => {
    expect(readKeys(`n${text}`)).toEqual({ keys: ["n"], rest: text });
  });
});

describe("the table of keys", () => {
  it("gives no key two meanings", () => {
    const keys = BINDINGS.flatMap((binding) => binding.keys);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });
});
