/** The unified log format, against lines that real Milvus processes wrote. */
import { describe, expect, it } from "vitest";
import {
  formatInstant,
  formatLine,
  keyValueText,
  quoted,
  readInstant,
  type LogLine,
} from "../../src/milvus/log-format.ts";

const EIGHT = 8 * 60;
const at = (text: string) => readInstant(text) ?? { epochMs: Number.NaN, offsetMinutes: 0 };
const deleted = (key: string, modRevision: number) =>
  keyValueText({
    type: "DELETE",
    kv: { key, value: "", createRevision: 0, modRevision, version: 0, lease: "0" },
  });

describe("a log line is written byte by byte as Milvus writes it", () => {
  const takeover = "2022-09-21T11:58:33.855+08:00";
  it.each<[string, string, LogLine]>([
    [
      '[2022/09/21 11:58:33.855 +08:00] [DEBUG] [sessionutil/session_util.go:677] ["watch the ACTIVE key"] [DELETE="key:\\"by-dev/meta/session/rootcoord\\" mod_revision:167 "]',
      takeover,
      {
        level: "DEBUG",
        caller: "sessionutil/session_util.go:677",
        message: "watch the ACTIVE key",
        fields: [["DELETE", deleted("by-dev/meta/session/rootcoord", 167)]],
      },
    ],
    [
      '[2022/09/21 11:58:33.855 +08:00] [INFO] [sessionutil/session_util.go:641] ["register ACTIVE service successfully"] [ServerID=19]',
      takeover,
      {
        level: "INFO",
        caller: "sessionutil/session_util.go:641",
        message: "register ACTIVE service successfully",
        fields: [["ServerID", "19"]],
      },
    ],
    [
      '[2023/09/19 18:33:51.771 +00:00] [DEBUG] [sessionutil/session_util.go:1013] ["watch the ACTIVE key"] [DELETE="key:\\"2368463258322938615/session/1/session/inittest\\" mod_revision:1524 "]',
      "2023-09-19T18:33:51.771Z",
      {
        level: "DEBUG",
        caller: "sessionutil/session_util.go:1013",
        message: "watch the ACTIVE key",
        fields: [["DELETE", deleted("2368463258322938615/session/1/session/inittest", 1524)]],
      },
    ],
    [
      '[2024/03/04 04:21:34.394 +00:00] [INFO] [sessionutil/session_util.go:1027] ["ACTIVE datacoord has already been registered"]',
      "2024-03-04T04:21:34.394+00:00",
      {
        level: "INFO",
        caller: "sessionutil/session_util.go:1027",
        message: "ACTIVE datacoord has already been registered",
      },
    ],
  ])("%s", (written, instant, line) => {
    expect(formatLine(line, at(instant))).toBe(written);
  });

  it("leaves an empty message out and keeps the sign of a western offset", () => {
    const line: LogLine = { level: "WARN", caller: "a/b.go:1", message: "", fields: [["path", ""]] };
    expect(formatLine(line, { epochMs: 0, offsetMinutes: -330 })).toBe(
      "[1969/12/31 18:30:00.000 -05:30] [WARN] [a/b.go:1] [path=]",
    );
  });
});

describe("quoting", () => {
  it.each([
    ["getServerID", "getServerID"],
    ["", ""],
    ["Server Id", '"Server Id"'],
    ["a=b", '"a=b"'],
    ["[x]", '"[x]"'],
    ['say "hi"', '"say \\"hi\\""'],
    ["back\\slash", '"back\\\\slash"'],
    ["line\nbreak\ttab\r", '"line\\nbreak\\ttab\\r"'],
    ["\u0001", '"\\u0001"'],
    ["grün", "grün"],
    // Not the format's own: it lets these through, and a terminal obeys or hides them.
    ["\u007f", '"\\u007f"'],
    ["\u009b31mred", '"\\u009b31mred"'],
    ["\u202eright to left", '"\\u202eright to left"'],
    ["broken\ud800", "broken\\ufffd"],
    ["broken \ud800", '"broken \\ufffd"'],
    ["🙂 ok", '"🙂 ok"'],
  ])("%j is written %j", (text, written) => {
    expect(quoted(text)).toBe(written);
  });
});

it("a put key is shown with everything that etcd keeps of it, and what is not printable ASCII in octal", () => {
  const kv = {
    key: "k",
    value: '{"ServerID":1}\u00e9',
    createRevision: 3,
    modRevision: 4,
    version: 2,
    lease: "7587",
  };
  expect(keyValueText({ type: "PUT", kv })).toBe(
    'key:"k" create_revision:3 mod_revision:4 version:2 value:"{\\"ServerID\\":1}\\351" lease:7587 ',
  );
});

it.each(["2022-09-21T11:57:00", "yesterday", "2022-13-41T11:57:00Z", "2022-09-21"])(
  "%s is not an instant with an offset",
  (text) => {
    expect(readInstant(text)).toBeUndefined();
  },
);

it("an instant is shown in the offset it was given in", () => {
  expect(formatInstant(at("2022-09-21T11:57:00+08:00"))).toBe("2022/09/21 11:57:00.000 +08:00");
  expect(at("2022-09-21T11:57:00+08:00").offsetMinutes).toBe(EIGHT);
});
