import { describe, expect, it } from "vitest";
import { builtIns } from "../../src/scenario-file/built-in.ts";
import { exportTrace } from "../../src/export/index.ts";
import { SAMPLES } from "./recorded.ts";
import { truthOf } from "../reading/truth.ts";

interface Logged {
  readonly event: string;
  readonly host: string;
  readonly clock: Readonly<Record<string, number>>;
}

/** Reads a log as ShiViz does: the first line says how to read events, the second how executions are parted. */
function parse(log: string): Logged[] {
  const [expression = "", delimiter = "", ...rest] = log.split("\n");
  const parts = rest.join("\n").split(new RegExp(`^${delimiter.replaceAll("(?<trace>.*)", ".*")}$`, "mu"));
  expect(parts).toHaveLength(2);
  const body = (parts[1] ?? "").slice(1);
  const matches = [
    ...body.matchAll(new RegExp(`^${expression.replace("{.*}", String.raw`\{.*\}`)}$`, "gmu")),
  ];
  // Nothing is left over: every line belongs to an event.
  expect(matches.map(([text]) => text).join("\n")).toBe(body.trimEnd());
  return matches.map(({ groups }) => ({
    event: groups?.["event"] ?? "",
    host: groups?.["host"] ?? "",
    clock: JSON.parse(groups?.["clock"] ?? "{}") as Record<string, number>,
  }));
}

/** The rules of ShiViz's parser. */
function faultsOf(log: readonly Logged[]): string[] {
  const hosts = new Set(log.map(({ host }) => host));
  const counts = new Map<string, number>();
  return log.flatMap(({ clock, event, host }) => {
    const count = (counts.get(host) ?? 0) + 1;
    counts.set(host, count);
    return [
      ...(clock[host] === count ? [] : [`${host} counts ${clock[host]}, not ${count}`]),
      ...Object.keys(clock).flatMap((other) => (hosts.has(other) ? [] : [`${other} has no events`])),
      ...(event === "" || /\s/u.test(host) ? [`bad event or host ${host}`] : []),
    ];
  });
}

const before = (left: Logged, right: Logged): boolean =>
  left !== right && Object.entries(left.clock).every(([host, count]) => count <= (right.clock[host] ?? 0));

describe("a ShiViz log", () => {
  it.each(SAMPLES)("of $name is read by the expression in its head and obeys ShiViz's rules", ({ lines }) => {
    const trace = lines();
    const log = parse(exportTrace("shiviz", trace));
    expect(log).toHaveLength(trace.length - 2);
    expect(faultsOf(log)).toEqual([]);
  });

  it.each(builtIns)(
    "of $name orders events exactly as program order and the messages of the world do",
    ({ scenario }) => {
      const { lines, sentBy } = truthOf({ scenario, decisions: [] });
      const events = lines.filter((line) => line.type === "event");
      const log = parse(exportTrace("shiviz", lines));
      // All that happened before each event, by the transitive closure.
      const pasts: Set<number>[] = [];
      const last = new Map<string, number>();
      for (const [index, { delivery, n, node }] of events.entries()) {
        const past = new Set<number>();
        const causes = [
          last.get(node),
          (delivery === undefined || delivery === "stale") && sentBy.has(n)
            ? (sentBy.get(n) ?? 0) - 1
            : undefined,
        ];
        for (const cause of causes) {
          if (cause === undefined) continue;
          past.add(cause);
          for (const earlier of pasts[cause] ?? []) past.add(earlier);
        }
        last.set(node, index);
        pasts.push(past);
      }
      const wrong: string[] = [];
      for (const [right, event] of log.entries()) {
        for (const [left, other] of log.entries()) {
          if (before(other, event) !== (pasts[right]?.has(left) ?? false))
            wrong.push(`${left + 1}, ${right + 1}`);
        }
      }
      expect(wrong).toEqual([]);
    },
  );

  it("lets a reply carry what etcd knew when it sent it", () => {
    const { lines } = truthOf({
      scenario: (builtIns[0] as (typeof builtIns)[number]).scenario,
      decisions: [],
    });
    const log = parse(exportTrace("shiviz", lines));
    const campaign = log.find(({ event }) => /campaign from rootcoord-b/u.test(event));
    const reply = log.find(({ event, host }) => host === "rootcoord-b" && /reply to campaign/u.test(event));
    expect(reply?.clock["etcd"]).toBe(campaign?.clock["etcd"]);
    // By way of etcd, b knows of a.
    expect(reply?.clock["rootcoord-a"]).toBeGreaterThan(0);
  });
});
