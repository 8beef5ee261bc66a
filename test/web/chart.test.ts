/** The statechart on the page: every way of the chart that runs, and the one just taken. */
import { inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { describeWith } from "../helpers/require.ts";
import { timingFor } from "../../models/timing.ts";
import { variants } from "../../models/variants.ts";
import { readProjectFile } from "../helpers/repository.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { pictureOf } from "../../src/web/picture.ts";
import { chainOf } from "../../src/web/causes.ts";
import { openAt } from "../../src/web/next.ts";
import { atEvent, atInstant } from "../../src/web/player.ts";
import { writeAddress } from "../../src/web/teach/address.ts";
import { boxesOf, type ChartBox } from "../../src/export/chart-boxes.ts";
import { chartLayout, type ChartPlace, type Point } from "../../src/export/chart-layout.ts";
import { drawChart } from "../../src/export/chart-svg.ts";
import { recorded } from "../../src/web/teach/recorder.ts";
import { rootHeader, treeOf } from "../../src/web/teach/tree.ts";
import { servePages } from "./served-pages.ts";

const pair = scenario({ title: "a pair", horizonMs: 100_000, coordinators: coordinators("rootcoord", 2) });
const picture = pictureOf(recorded(rootHeader({ variant: "shipped", scenario: pair, decisions: [] })));

/** The chart of a variant, as boxes. */
function chartBy(name: string): ChartBox {
  const variant = variants.find((one) => one.name === name);
  if (variant === undefined) throw new Error("no variant");
  return boxesOf(variant.createChart(timingFor(60), { activeStandby: true, afterLoss: "registerAnew" }));
}

/** Whether a point lies on the edge of what is placed. */
function onEdge([x, y]: Point, { height, width, ...at }: ChartPlace): boolean {
  const within = x >= at.x && x <= at.x + width && y >= at.y && y <= at.y + height;
  return within && (x === at.x || x === at.x + width || y === at.y || y === at.y + height);
}

function overlap(a: ChartPlace, b: ChartPlace): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

describe("a chart", () => {
  it.each(variants.map(({ name }) => name))(
    "of %s is laid out with every way that leads elsewhere",
    (name) => {
      const chart = chartBy(name);
      const { height, states, ways, width } = chartLayout(chart);
      const boxes: ChartBox[] = [];
      const walk = (box: ChartBox): void => {
        boxes.push(box);
        box.states.forEach(walk);
      };
      walk(chart);
      expect(ways.map(({ way }) => way)).toEqual(boxes.flatMap((box) => box.ways));
      expect(ways.length).toBeGreaterThan(10);
      expect(states.map(({ path }) => path)).toEqual(boxes.slice(1).map(({ path }) => path));
      for (const [index, one] of states.entries()) {
        expect(one.x + one.width).toBeLessThanOrEqual(width);
        expect(one.y + one.height).toBeLessThanOrEqual(height);
        for (const other of states.slice(index + 1))
          if (!other.path.startsWith(`${one.path}.`))
            expect([one, other, overlap(one, other)]).toContain(false);
      }
      const placeOf = new Map(states.map((state) => [state.path, state]));
      for (const { arrow, from, way, x, y } of ways) {
        expect(onEdge(arrow[3], placeOf.get(way.to) as ChartPlace)).toBe(true);
        // It begins behind its words, on their line, in the box that it leads on from.
        expect(arrow[0][0]).toBeGreaterThan(x + 6 * (way.event.length - 1));
        expect(Math.abs(arrow[0][1] - y)).toBeLessThan(6);
        const source = placeOf.get(from);
        if (source !== undefined) expect(overlap(source, { x, y, width: 1, height: 1 })).toBe(true);
      }
    },
  );

  it("stands in the page as it was built, each variant's once, and not in its script", () => {
    const page = readProjectFile("dist/web/index.html");
    const script = /<script>.*<\/script>/su.exec(page)?.[0] ?? "";
    for (const { name } of variants) {
      const all = [...page.matchAll(/data-charts="([^"]*)">(.*?)<\/template>/gsu)];
      const own = all.filter(([, names = ""]) => names.split(" ").includes(name));
      expect(own.map(([, , drawn = ""]) => inflateRawSync(Buffer.from(drawn, "base64")).toString())).toEqual([
        drawChart(chartBy(name)),
      ]);
    }
    expect(script).not.toContain('class="statechart"');
    expect(script).not.toContain('data-charts="');
  });
});

describe("what led to an event", () => {
  it("is the message that arrived and those before it; what follows are those that it sent, and their answers", () => {
    const { messages, run } = picture;
    const won = run.events.find(({ steps }) => steps?.some(({ event }) => event === "role.won"));
    const { follows, led } = chainOf(messages, won?.n ?? 0);
    expect(led.map(({ leg, what }) => `${what} ${leg}`)).toEqual([
      "campaign reply",
      "campaign request",
      "enroll reply",
      "enroll request",
    ]);
    expect(follows[0]).toMatchObject({ from: "rootcoord-a", n: won?.n });
    for (const message of follows)
      expect(
        message.n === won?.n || follows.some(({ arrivals }) => arrivals.some(({ n }) => n === message.n)),
      ).toBe(true);
  });
});

describe("what can happen next", () => {
  it("is what is on its way, the timers that run, the leases and the faults to come, each when it is so", () => {
    const killed = { ...pair, faults: [{ type: "crash", atMs: 61_000, on: "rootcoord-a" } as const] };
    const seen = pictureOf(recorded(rootHeader({ variant: "shipped", scenario: killed, decisions: [] })));
    const { events } = seen.run;
    for (const cursor of [atEvent(seen, 8), atInstant(seen, 30_000), atInstant(seen, 60_500)]) {
      const open = openAt(seen, cursor);
      expect(open.map(({ inMs }) => inMs ?? 0)).toEqual(
        open.map(({ inMs }) => inMs ?? 0).toSorted((a, b) => a - b),
      );
      // No clock drifts here: whatever is the soonest does happen then.
      const [first] = open;
      const next = events.find(({ n }) => n > cursor.n);
      expect(next?.at).toBeCloseTo(cursor.at + (first?.inMs ?? Number.NaN), 6);
      expect(open.filter(({ type }) => type === "lease").length).toBe(cursor.at > 1000 ? 2 : 1);
    }
    const before = openAt(seen, atInstant(seen, 60_500));
    expect(before).toContainEqual({ type: "fault", who: "rootcoord-a", what: "KILLED", inMs: 500 });
    expect(before.filter(({ type }) => type === "timer").map(({ what }) => what)).toContain(
      "renewDue is due, by its own clock",
    );
    expect(
      openAt(seen, atInstant(seen, 62_000)).some(
        ({ type, who }) => type === "timer" && who === "rootcoord-a",
      ),
    ).toBe(false);
  });
});

describeWith("chromium", "the chart on the page", (executablePath) => {
  const { opened } = servePages(executablePath);

  it("lights the way just taken, with an arrow from it to the state that it leads to", async () => {
    const sight = { tree: treeOf("shipped", pair), run: 0, cursor: { n: 0, at: 0 } };
    const page = await opened(writeAddress({ type: "playground", sight }), {
      viewport: { width: 1440, height: 900 },
    });
    const chart = page.locator(".statechart");
    await chart.waitFor();
    const taken: string[] = [];
    for (const event of picture.run.events.slice(0, 60)) {
      await page.keyboard.press("ArrowRight");
      if (event.node !== "rootcoord-a" || event.cause.type === "start") continue;
      const way = chart.locator(".taken");
      const step = event.steps?.at(-1);
      if (step === undefined) continue;
      expect(await way.getAttribute("data-event")).toBe(step.event.split("@")[0]);
      const to = (await way.getAttribute("data-to")) ?? "?";
      expect(step.state.some((path) => path.startsWith(to))).toBe(true);
      taken.push(to);
      if (to.endsWith(".active")) break;
    }
    expect(taken).toContain("member.role.holding.service.active");
    const tip = await page.evaluate<{ x: number; y: number }>(`(() => {
      const path = document.querySelector(".statechart .taken path");
      const { x, y } = path.getPointAtLength(path.getTotalLength());
      return new DOMPoint(x, y).matrixTransform(path.getScreenCTM()).toJSON();
    })()`);
    const target = await chart.locator(`[data-path="${taken.at(-1)}"] > rect`).boundingBox();
    if (target === null) throw new Error("it is not drawn");
    expect(tip.y).toBeGreaterThan(target.y - 1);
    expect(tip.y).toBeLessThan(target.y + target.height + 1);
    expect(Math.abs(tip.x - (target.x + target.width))).toBeLessThan(3);
    // All the others are there, too, and less to be seen.
    expect(await chart.locator(".way path").count()).toBe(chartLayout(chartBy("shipped")).ways.length);
    const [lit, other, weight] = await page.evaluate<[string, string, string]>(`(() => {
      const styleOf = (selector) => getComputedStyle(document.querySelector(".statechart " + selector));
      return [
        styleOf(".taken path").stroke,
        styleOf(".way:not(.taken) path").stroke,
        styleOf(".leaf.lit text").fontWeight,
      ];
    })()`);
    expect(lit).not.toBe(other);
    expect(weight).toBe("700");
    expect(await chart.locator("[aria-current=true]").count()).toBe(await chart.locator(".leaf.lit").count());
    await page.close();
  });
});

describeWith("chromium", "the chart on a small screen", (executablePath) => {
  const { opened } = servePages(executablePath);

  it("is scrolled to the way just taken", async () => {
    const sight = { tree: treeOf("shipped", pair), run: 0, cursor: { n: 0, at: 0 } };
    const page = await opened(writeAddress({ type: "playground", sight }), {
      viewport: { width: 390, height: 844 },
    });
    const chart = page.locator(".statechart");
    if (!(await chart.isVisible())) await page.click(".first .chart-part summary");
    await chart.waitFor();
    await page.locator(".chart-here").scrollIntoViewIfNeeded();
    const scrolled = new Set<number>();
    for (let step = 0; step < 30; step++) {
      await page.keyboard.press("ArrowRight");
      const { left, right, scrollLeft, seen } = await page.evaluate<{
        readonly left: number;
        readonly right: number;
        readonly scrollLeft: number;
        readonly seen: readonly [number, number] | undefined;
      }>(`(() => {
        const here = document.querySelector(".chart-here");
        const { left, right } = here.getBoundingClientRect();
        const words = here.querySelector(".taken text")?.getBoundingClientRect();
        return { left, right, scrollLeft: here.scrollLeft, seen: words && [words.left, words.right] };
      })()`);
      if (seen === undefined) continue;
      scrolled.add(scrollLeft);
      expect(seen[0]).toBeGreaterThanOrEqual(left - 1);
      expect(seen[1]).toBeLessThanOrEqual(right + 1);
    }
    expect(scrolled.size).toBeGreaterThan(1);
    await page.close();
  });
});

describeWith("chromium", "what can happen next, on the page", (executablePath) => {
  const { opened } = servePages(executablePath);

  it("is chosen among: another answer makes a run, which plays from there on", async () => {
    const page = await opened("#play");
    await page.locator(".first .clock").waitFor();
    await page.click(".first .next-part summary");
    const first = page.locator(".choices-open li").first();
    await first.waitFor();
    expect(await first.innerText()).toMatch(/^\d+\.\d{3} s rootcoord-a: write request/u);
    expect(await first.locator("[aria-pressed=true]").innerText()).toBe("arrives");
    const at = (await first.locator("time").innerText()).trim();
    await first.getByText("is lost").click();
    await expect
      .poll(() => page.innerText(".tree .current"))
      .toContain(`run 2: rootcoord-a: write request is lost at ${at}`);
    await expect.poll(() => page.getAttribute(".first [data-command=play]", "aria-label")).toBe("pause");
    await page.close();
  });

  it("is not chosen where faults are counted", async () => {
    const page = await opened("#play&game");
    await page.locator(".first .clock").waitFor();
    await page.click(".first .next-part summary");
    await page.locator(".first .open-matters").waitFor();
    // The answers come within a moment, if they do.
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.locator(".first .open-matters li").count()).toBeGreaterThan(2);
    expect(await page.locator(".choices-open").count()).toBe(0);
    await page.close();
  });
});
