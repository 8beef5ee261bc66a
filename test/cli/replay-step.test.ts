import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { asRunHere } from "../../src/cli/replay/step.ts";
import { headerIn, variantFor } from "../../src/cli/base/trace-input.ts";
import { ROOT } from "../helpers/repository.ts";
import { argsOf, refusalOf } from "./helpers.ts";

const file = join(ROOT, "docs", "examples", "fencing-no-fencing.jsonl");
const header = headerIn(file);
const variant = variantFor(file, header, undefined);

describe("leasehold replay --step", () => {
  it("is refused where there is no terminal, with what to do instead", async () => {
    const { exitCode, message } = await refusalOf(["replay", file, "--step"]);
    expect(exitCode).toBe(2);
    expect(message).toContain("--step: needs a terminal");
    expect(message).toContain("--print tells the events");
  });

  it.each([
    [{ step: true, print: true }, "option '--print' cannot be used with option '--step'"],
    [{ step: true, json: true }, "option '--step' cannot be used with option '--json'"],
    [{ step: true, out: "x.jsonl" }, "option '--out <file>' cannot be used with option '--step'"],
  ])("is refused with %j", async (flags, why) => {
    expect((await refusalOf(["replay", file, ...argsOf(flags)])).message).toContain(why);
  });

  it("steps through the trace's own run when this version runs it alike, and has nothing to remark", () => {
    expect(asRunHere(file, header, variant)).toEqual({ own: header });
  });

  it("says that another variant is run, with the decisions by meaning", () => {
    const { note, own } = asRunHere(file, header, variantFor(file, header, "shipped"));
    expect(note).toEqual({ text: "recorded as no-fencing, run as shipped", tone: "quiet" });
    expect(own.variant).toBe("shipped");
    expect(own.decisions).toHaveLength(header.decisions.length);
  });

  it("says from which event on this version runs it otherwise", () => {
    const folder = mkdtempSync(join(tmpdir(), "leasehold-step-"));
    try {
      const other = join(folder, "other.jsonl");
      const text = readFileSync(file, "utf8");
      writeFileSync(other, text.replace(/("n":50,"at":[\d.]+,"own":)/u, "$11"));
      const { note, own } = asRunHere(other, header, variant);
      expect(note).toEqual({
        tone: "bad",
        text: expect.stringContaining("this version runs it otherwise from event 50 on"),
      });
      expect(own.decisions.map(({ index }) => index)).toEqual(header.decisions.map(({ index }) => index));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
