/** Texts as etcd's bytes. */
import { describe, expect, it } from "vitest";
import { fromBytes, notBytes, toBytes } from "../../models/bytes.ts";
import { keysFor } from "../../models/dialect.ts";
import { PROCEDURES, toWire } from "../../src/kv/etcd/convert.ts";

describe("byte strings", () => {
  it("are UTF-8, and come back", () => {
    expect(toBytes("é鍵")).toBe("\u00c3\u00a9\u00e9\u008d\u00b5");
    expect(fromBytes(toBytes("приложение/🔑"))).toBe("приложение/🔑");
  });

  it("are told from other texts, wherever these are", () => {
    expect(
      notBytes([{ type: "put", key: "\u00ff", value: "b", lease: 7, absent: undefined }]),
    ).toBeUndefined();
    expect(
      notBytes([
        { type: "put", key: "a" },
        { type: "put", key: "a", value: "鍵" },
      ]),
    ).toBe("鍵");
    expect(notBytes({ compare: [{ key: "k", value: "\u0100" }] })).toBe("\u0100");
  });

  it("are what a root path's keys are", () => {
    const keys = keysFor("rootcoord", "é/meta");
    expect(keys.role).toBe("\u00c3\u00a9/meta/session/rootcoord");
    expect(keys.metadata < keys.metadataEnd).toBe(true);
  });

  it("alone reach the wire: another text is refused, not cut to other bytes", () => {
    const put = (key: string) => PROCEDURES.put.codec.encode(toWire({ type: "put", key, value: "" }));
    expect(put("\u00ff").includes(0xff)).toBe(true);
    expect(() => put("鍵")).toThrow('"鍵" has characters that are no bytes');
  });
});
