/** What coordinators log, event by event. */
import { describe, expect, it } from "vitest";
import type { Milestone } from "../../models/election.ts";
import { logLinesOf, type LogEvent } from "../../src/milvus/log-lines.ts";

const milestone = (name: Milestone, given: Partial<LogEvent & { type: "milestone" }> = {}): LogEvent => ({
  type: "milestone",
  milestone: name,
  reason: undefined,
  role: "rootcoord",
  exclusive: false,
  serverId: 19,
  leaseId: "7587",
  token: 12,
  loadedRevision: 10,
  activeKey: "by-dev/meta/session/rootcoord",
  ...given,
});

const texts = (event: LogEvent) => logLinesOf(event).map(({ message }) => message);

describe("a coordinator logs", () => {
  it("its beat as a standby at INFO, as 2.2 does", () => {
    expect(logLinesOf({ type: "beat", role: "rootcoord" })).toEqual([
      {
        level: "INFO",
        caller: "sessionutil/session_util.go:649",
        message: "serverName: rootcoord is in STANDBY ...",
      },
    ]);
  });

  it("three lines when it has won, one when HA is off", () => {
    expect(texts(milestone("won"))).toEqual([
      "register ACTIVE service successfully",
      "quit STANDBY mode, this node will become ACTIVE",
      "rootcoord switch from standby to active, activating",
    ]);
    expect(texts(milestone("won", { exclusive: true }))).toEqual(["register ACTIVE service successfully"]);
    expect(texts(milestone("standby", { exclusive: true }))).toEqual([]);
  });

  it("its role under Milvus' title, and a role that Milvus does not have under its own", () => {
    expect(texts(milestone("active", { role: "datacoord" }))[0]).toBe("DataCoord Register Finished");
    expect(texts(milestone("active", { role: "pricing" }))[0]).toBe("pricing Register Finished");
  });

  it("why its membership ended", () => {
    expect(logLinesOf(milestone("lost", { reason: "claim ended" }))[0]?.fields).toEqual([
      ["reason", "claim ended"],
    ]);
  });

  it("a line of its own for every fenced write that did not go through", () => {
    for (const outcome of ["superseded", "refused", "unknown"] as const) {
      expect(texts({ type: "written", outcome })[0]).toMatch(/^metadata write /u);
    }
  });

  it.each<Milestone>([
    "starting",
    "identified",
    "registered",
    "standby",
    "campaigning",
    "outrun",
    "watching",
    "vacancy",
    "won",
    "prepare",
    "active",
    "deposed",
    "lost",
    "stopping",
    "stopped",
    "exited",
    "gaveUp",
    "leaseKept",
  ])("something at %s", (name) => {
    expect(logLinesOf(milestone(name)).length).toBeGreaterThan(0);
  });
});
