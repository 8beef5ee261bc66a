/** A test that lacks its part is skipped by name, or fails where the part is required: never silently green. */
import { expect, it } from "vitest";
import { requiredParts, requirement, verdictOn } from "./helpers/require.ts";

it("a part that is not on PATH skips the test and names the command that installs it", () => {
  const found = requirement("etcd", { PATH: "" });
  expect(verdictOn(found)).toEqual({ run: "skip", reason: "needs etcd: apt-get install etcd-server" });
});

it("a part that is required and not on PATH fails the test", () => {
  const found = requirement("chromium", { PATH: "", LEASEHOLD_REQUIRE: "etcd, chromium" });
  expect(verdictOn(found).run).toBe("fail");
});

it("a part that is there runs the test, required or not", () => {
  const found = { part: "etcd", executable: "/usr/bin/etcd", required: true, install: "" } as const;
  expect(verdictOn(found).run).toBe("yes");
  expect(verdictOn({ ...found, required: false }).run).toBe("yes");
});

it("a misspelt requirement is refused, for it would require nothing", () => {
  expect(() => requiredParts({ LEASEHOLD_REQUIRE: "etdc" })).toThrow('names "etdc"');
});
