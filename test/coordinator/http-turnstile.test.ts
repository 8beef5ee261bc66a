/** Pieces in which a connection's bytes reach the HTTP parser: never two requests' ends, wherever the network cut them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstHead } from "../../src/coordinator/http-turnstile.ts";

const pieces = (text: string): string[] => {
  const found: string[] = [];
  for (let rest = Buffer.from(text); rest.length > 0; rest = rest.subarray(firstHead(rest)))
    found.push(rest.subarray(0, firstHead(rest)).toString());
  return found;
};

describe("pipelined bytes are let through in pieces", () => {
  it("that end where a head does, however its lines end", () => {
    expect(pieces("GET /a\r\n\r\nGET /b\r\nX: y\r\n\r\nGET /c\n\nGET /d\n\r\nGET")).toEqual([
      "GET /a\r\n\r\n",
      "GET /b\r\nX: y\r\n\r\n",
      "GET /c\n\n",
      "GET /d\n\r\n",
      "GET",
    ]);
  });

  it("that lose nothing and hold one blank line each, at their end", () => {
    const bytes = fc
      .array(fc.constantFrom("a", "\r\n", "\n", "\r"), { maxLength: 40 })
      .map((all) => all.join(""));
    fc.assert(
      fc.property(bytes, (text) => {
        const all = pieces(text);
        expect(all.join("")).toBe(text);
        for (const piece of all) expect(piece.slice(0, -1)).not.toMatch(/\n\r?\n/u);
      }),
    );
  });
});
