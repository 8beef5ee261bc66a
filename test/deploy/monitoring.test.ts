/** Alerts and dashboard: by Prometheus' own tool, by Grafana's declarations, and against the metrics that there are. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Dashboard } from "@grafana/schema";
import { describe, expect, it } from "vitest";
import { readProjectFile, ROOT } from "../helpers/repository.ts";
import { describeWith } from "../helpers/require.ts";
import { metricNames } from "./metric-names.ts";
import { typeFaults } from "./typed.ts";

const RULES = readProjectFile("deploy/prometheus/leasehold.rules.yml");
const DASHBOARD = readProjectFile("deploy/grafana/leasehold.json");

/** Every metric of ours that a text asks for. */
const asked = (text: string): string[] => [
  ...new Set([...text.matchAll(/\bleasehold_[a-z_]+/gu)].map(([name]) => name)),
];

describe("the metrics that are asked for", () => {
  it.each([
    ["the alerts", RULES],
    ["their tests", readProjectFile("deploy/prometheus/leasehold.rules.test.yml")],
    ["the dashboard", DASHBOARD],
  ])("by %s are all on the coordinator's page", async (_, text) => {
    const there = await metricNames();
    expect(asked(text).length).toBeGreaterThan(5);
    expect(asked(text).filter((name) => !there.has(name))).toEqual([]);
  });
});

describe("the dashboard", () => {
  const dashboard = JSON.parse(DASHBOARD) as Dashboard;

  it("is one by Grafana's declarations", () => {
    const typed = { name: "dashboard", value: dashboard, type: "Dashboard", from: "@grafana/schema" };
    expect(typeFaults([typed])).toEqual([]);
    expect(typeFaults([{ ...typed, value: { ...dashboard, panles: [] } }]).join()).toContain("panles");
  });

  it("has panels with ids of their own that do not lie on each other", () => {
    const panels = dashboard.panels ?? [];
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos = { h: 0, w: 0, x: 0, y: 0 } }) => {
      const { h, w, x, y } = gridPos;
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`);
    });
    expect(cells.length).toBeGreaterThan(panels.length);
    expect(new Set(cells).size).toBe(cells.length);
  });
});

describeWith("promtool", "the rules", (executable) => {
  const promtool = (...given: string[]) => {
    const { status, stderr, stdout } = spawnSync(executable, given, {
      cwd: join(ROOT, "deploy", "prometheus"),
      encoding: "utf8",
    });
    return { status, text: `${stdout}${stderr}` };
  };

  it.each([
    ["are rules", ["check", "rules", "--lint=all", "--lint-fatal", "leasehold.rules.yml"]],
    ["are named by a configuration", ["check", "config", "prometheus.yml"]],
    ["fire when they should, and only then", ["test", "rules", "leasehold.rules.test.yml"]],
  ])("%s", (_, given) => {
    const { status, text } = promtool(...given);
    expect([status, text]).toEqual([0, expect.stringContaining("SUCCESS")]);
  });

  it("are each made to fire by a test", () => {
    const tests = readProjectFile("deploy/prometheus/leasehold.rules.test.yml");
    const fired = new Set([...tests.matchAll(/alertname: (\w+)\n +exp_alerts:/gu)].map(([, name]) => name));
    const alerts = [...RULES.matchAll(/alert: (\w+)/gu)].map(([, name]) => name);
    expect(alerts.length).toBeGreaterThan(5);
    expect(alerts.filter((name) => !fired.has(name))).toEqual([]);
  });
});
