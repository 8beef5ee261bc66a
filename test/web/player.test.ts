import { describe, expect, it } from "vitest";
import { keysAfter } from "../../src/reading/keys.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { PAGE_BINDINGS, pageCommandOf } from "../../src/web/keys.ts";
import { nowAt } from "../../src/web/moment.ts";
import { pictureOf } from "../../src/web/picture.ts";
import {
  atEvent,
  atInstant,
  firstWrong,
  nextMatch,
  onTurn,
  stepped,
  turnFrom,
} from "../../src/web/player.ts";
import { scaleOf } from "../../src/web/scale.ts";
import { recorded } from "../../src/web/teach/recorder.ts";
import { rootHeader } from "../../src/web/teach/tree.ts";
import { broken } from "../export/recorded.ts";

const picture = pictureOf(broken());
const last = picture.run.events.length;

describe("the cursor", () => {
  it("goes through all events one by one, and back the same way", () => {
    const there = [atEvent(picture, 0)];
    while (there.length <= last) there.push(stepped(picture, there.at(-1) ?? atEvent(picture, 0), 1));
    expect(there.map(({ n }) => n)).toEqual(Array.from({ length: last + 1 }, (_, n) => n));
    let here = there.at(-1) ?? atEvent(picture, last);
    for (const before of there.slice(0, -1).reverse())
      expect((here = stepped(picture, here, -1))).toEqual(before);
  });

  it("steps back to the event before when it stands between two", () => {
    const between = atInstant(picture, 30_000);
    expect(between.at).toBe(30_000);
    expect(stepped(picture, between, -1)).toEqual(atEvent(picture, between.n));
  });

  it("stays within the run", () => {
    expect(stepped(picture, atEvent(picture, 0), -1)).toEqual({ n: 0, at: 0 });
    expect(atInstant(picture, 1e9)).toEqual({ n: last, at: picture.run.untilMs });
    expect(atEvent(picture, 1e9).n).toBe(last);
  });

  it("meets the same turning points forward and back", () => {
    const walk = (by: 1 | -1): string[] => {
      const met: string[] = [];
      let cursor = by > 0 ? { n: 0, at: -1 } : { n: last + 1, at: picture.run.untilMs + 1 };
      for (;;) {
        const turn = turnFrom(picture, cursor, by, ({ type }) => type === "role");
        if (turn === undefined) return met;
        met.push(`${turn.n} ${turn.at}`);
        cursor = { n: turn.n, at: turn.at };
      }
    };
    const forward = walk(1);
    expect(forward.length).toBeGreaterThan(5);
    expect(walk(-1).reverse()).toEqual(forward);
  });

  it("is led to the violation", () => {
    const [breach] = picture.breaches;
    expect(firstWrong(picture)?.at).toBe(breach?.at);
    const turn = picture.turns.find(({ type }) => type === "breach");
    expect(turn && onTurn(picture, turn)).toEqual(firstWrong(picture));
  });

  it("goes round the events found", () => {
    const cursor = { n: 5, at: 0 };
    expect(nextMatch(cursor, 1, [2, 5, 9])).toBe(9);
    expect(nextMatch({ n: 9, at: 0 }, 1, [2, 5, 9])).toBe(2);
    expect(nextMatch({ n: 2, at: 0 }, -1, [2, 5, 9])).toBe(9);
    expect(nextMatch(cursor, 1, [])).toBeUndefined();
  });
});

describe("the moment at the cursor", () => {
  it("shows two who serve at the violation, each with its token", () => {
    const { coordinators } = nowAt(picture, firstWrong(picture) ?? atEvent(picture, 0));
    expect(coordinators.map(({ standing }) => standing)).toEqual(["active", "active"]);
    expect(new Set(coordinators.map(({ token }) => token)).size).toBe(2);
  });

  it("has a request on its way between the event that sent it and the one that brought it", () => {
    const request = picture.messages.find(({ what }) => what === "campaign");
    const arrival = request?.arrivals[0]?.n ?? 0;
    const flying = (n: number): boolean =>
      nowAt(picture, atEvent(picture, n)).underWay.some((one) => one === request);
    expect([(request?.n ?? 0) - 1, request?.n ?? 0, arrival - 1, arrival].map(flying)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe("the scale", () => {
  const scale = scaleOf(picture.instants, 1);

  it("never turns back, and leads from an instant to its place and back", () => {
    let before = 0;
    for (const at of picture.instants) {
      const x = scale.xOf(at);
      expect(x).toBeGreaterThan(before);
      expect(scale.instantAt(x)).toBeCloseTo(at, 6);
      before = x;
    }
  });

  it("in true time makes every second as wide as any other, and marks nothing as quiet", () => {
    const even = scaleOf(picture.instants, 2, true);
    const seconds = [1, 20, 59].map((at) => even.xOf(at * 1000 + 1000) - even.xOf(at * 1000));
    for (const wide of seconds) expect(wide).toBeCloseTo(seconds[0] ?? 0, 6);
    expect(even.breaks).toEqual([]);
  });

  it("draws quiet time short", () => {
    const [quiet] = scale.breaks;
    if (quiet === undefined) throw new Error("no quiet time");
    const perMs = (from: number, to: number): number => (scale.xOf(to) - scale.xOf(from)) / (to - from);
    expect(perMs(quiet.from, quiet.to)).toBeLessThan(perMs(0, picture.instants[1] ?? 1) / 100);
  });
});

describe("the keys", () => {
  it("mean one thing each", () => {
    const keys = PAGE_BINDINGS.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("leave the browser's own alone", () => {
    const plain = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
    expect(pageCommandOf({ ...plain, key: "f" })).toBe("turnsOnly");
    expect(pageCommandOf({ ...plain, key: "f", ctrlKey: true })).toBeUndefined();
    expect(pageCommandOf({ ...plain, key: "ArrowRight", shiftKey: true })).toBe("nextTurn");
  });
});

describe("the finder", () => {
  const long = pictureOf(
    recorded(
      rootHeader({
        variant: "shipped",
        scenario: scenario({ coordinators: coordinators("rootcoord", 3), horizonMs: 400_000 }),
        decisions: [],
      }),
    ),
  );

  it.each([
    ["a short run", picture],
    ["a long run", long],
  ])(
    "finds in %s at every event what a walk through all of it finds",
    (_, { changes, finder, messages, run }) => {
      const { events } = run;
      for (let n = 0; n <= events.length; n++) {
        const flying = messages.filter(
          ({ arrivals, fate, n: sent }) =>
            sent <= n && (fate === "under way" || arrivals.some((one) => one.n > n)),
        );
        const near = new Set(finder.flyingNear(n));
        expect(flying.filter((message) => !near.has(message))).toEqual([]);
        expect(finder.keysAfter(n)).toEqual(keysAfter(changes, n));
        expect(finder.etcd(n)).toBe(events.slice(0, n).findLast(({ etcd }) => etcd !== undefined));
        for (const name of run.processes)
          expect(finder.stepped(name, n)).toBe(
            events.slice(0, n).findLast(({ node, steps }) => node === name && steps !== undefined),
          );
      }
    },
  );
});
