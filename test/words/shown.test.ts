/** What others wrote, as people are shown it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forTerminal, quote, shortened, shown, shownLines, withoutSecrets } from "../../src/words/shown.ts";

const any = fc.string({ unit: "binary", maxLength: 60 });

describe("a text of somebody else's", () => {
  it.each([
    ["a colour", "a\u001b[31mb", "a\\u001b[31mb"],
    ["the same in one character", "\u009b31m", "\\u009b31m"],
    ["a line that would look like ours", "x\nleasehold: all is well", "x\\nleasehold: all is well"],
    ["a carriage return over what stood there", "bad\rgood", "bad\\rgood"],
    ["a delete", "a\u007f", "a\\u007f"],
    ["text that runs the other way", "a\u202egpj.exe", "a\\u202egpj.exe"],
    ["what has no width", "a\u200bb\ufeff", "a\\u200bb\\ufeff"],
    ["half a character", "\ud800x", "\\ud800x"],
    ["letters of any alphabet, as they are", "ключ/鍵/🔑/é", "ключ/鍵/🔑/é"],
  ])("shows %s", (_, text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it("is not escaped twice, and stays what it was where it is JSON", () => {
    fc.assert(
      fc.property(any, (text) => {
        expect(shown(shown(text))).toBe(shown(text));
        expect(JSON.parse(shown(JSON.stringify(text)))).toBe(text);
        // oxlint-disable-next-line no-control-regex -- what must not get through
        expect(shown(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/u);
      }),
    );
  });

  it("keeps its lines where it is said to have some", () => {
    expect(shownLines("a\n  \u0007b")).toBe("a\n  \\u0007b");
  });

  it("is cut where it is long, between characters, and says how much is missing", () => {
    expect(quote("🔑".repeat(5), 3)).toBe('"🔑🔑🔑"… (2 more)');
    expect(quote("🔑".repeat(3), 3)).toBe('"🔑🔑🔑"');
    expect(shortened("abcd", 3)).toBe("abc… (1 more)");
    expect(quote({ a: "x".repeat(200) }, 8)).toBe('{"a":"xx… (200 more)');
    expect(quote(undefined)).toBe("nothing");
  });
});

describe("an address without its secrets", () => {
  it.each([
    ["etcd-0:2379", "etcd-0:2379"],
    ["https://[::1]:2379", "https://[::1]:2379"],
    ["http://root:hunter2@etcd-0:2379", "http://***@etcd-0:2379"],
    ["http://:hunter2@etcd-0:2379", "http://***@etcd-0:2379"],
    ["root:hunter2@etcd-0:2379", "***@etcd-0:2379"],
    ["http://root:hun/ter?2#@etcd-0", "http://***@etcd-0"],
    ["http://root:a@hunter2@etcd-0", "http://***@etcd-0"],
    ["http://root:hunter2%40etcd-0", "http://***@etcd-0"],
    ["http://etcd-0:2379/?password=hunter2", "http://etcd-0:2379/?***"],
    ["etcd-1,root:hunter2@etcd-0", "etcd-1,***@etcd-0"],
    ["etcd-1,root:hun,ter2@etcd-0,", "etcd-1,***,***@etcd-0,"],
    ["etcd-1,root:a,hunter2,b@etcd-0", "etcd-1,***,***,***@etcd-0"],
    // Halves of a password with a comma, and what only looks like an address.
    ["http://root:hunter2", "http://***"],
    ["root:hunter2", "***"],
    ["http://etcd-0:1;password=hunter2", "http://***"],
    ["::1:2379", "::1:2379"],
    ["", ""],
  ])("%s: %s", (address, expected) => {
    expect(withoutSecrets(address)).toBe(expected);
  });
});

describe("a whole text for the terminal", () => {
  const painted = "\u001b[1mtitle\u001b[22m\n\tx\n";

  it("keeps its lines, its tabs and, where there are some, its colours", () => {
    expect(forTerminal(painted, true)).toBe(painted);
    expect(forTerminal("\r\u001b[2K3 of 4", false)).toBe("\r\u001b[2K3 of 4");
  });

  it.each([
    ["colours where there are none", "a\u001b[31mb", false, "a\\u001b[31mb"],
    ["hidden letters", "a\u001b[8mb", true, "a\\u001b[8mb"],
    ["a moved cursor", "a\u001b[2Jb", true, "a\\u001b[2Jb"],
    ["a window's title", "a\u001b]0;x\u0007b", true, "a\\u001b]0;x\\u0007b"],
    ["a line drawn over", "a\r\u001b[2Kb", true, "a\\r\\u001b[2Kb"],
  ])("escapes %s", (_, text, colours, expected) => {
    expect(forTerminal(text, colours)).toBe(expected);
  });
});
