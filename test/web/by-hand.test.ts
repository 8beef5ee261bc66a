/** Faults by hand, in place, in a real browser: what is taken in the drawing is what befalls the run. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeWith } from "../helpers/require.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { lessons } from "../../src/teach/lessons/index.ts";
import { readAddress, writeAddress } from "../../src/web/teach/address.ts";
import { longLink } from "../../src/web/teach/short-link.ts";
import { treeOf } from "../../src/web/teach/tree.ts";
import { servePages } from "./served-pages.ts";

interface Line {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

describeWith("chromium", "by hand", (executablePath) => {
  const { opened } = servePages(executablePath);

  async function playground(): Promise<Page> {
    const page = await opened("#play");
    await page.locator(".first .message.request").first().waitFor({ state: "attached" });
    await page.locator(".first .scroll").scrollIntoViewIfNeeded();
    return page;
  }

  /** The faults that were added, as the link has them. */
  async function faultsOf(page: Page): Promise<readonly Fault[]> {
    await page.click("#share");
    await page.locator("#notice").waitFor();
    const address = readAddress(await longLink(new URL(page.url()).hash));
    if (typeof address === "string" || address.type !== "playground") throw new Error("no link");
    return address.sight?.tree.forks.flatMap(({ fault }) => fault ?? []) ?? [];
  }

  /** On the screen: the last request from above that is whole in view, and the active band. */
  async function lastRequest(page: Page): Promise<Line> {
    return await page.evaluate(`(() => {
      const { left, top, width } = document.querySelector(".first .diagram").getBoundingClientRect();
      const lines = document.querySelector(".first .message.request path").getAttribute("d").split("M");
      const ends = lines.map((line) => line.split(/[ L]/u).map(Number));
      const [x1, y1, x2, y2] = ends.findLast(([from, y1, to, y2]) => from > 0 && to < width - 200 && y2 > y1);
      return { x1: left + x1, y1: top + y1, x2: left + x2, y2: top + y2 };
    })()`);
  }

  async function drag(
    page: Page,
    from: readonly [number, number],
    to: readonly [number, number],
  ): Promise<void> {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
    await page.mouse.move(...to);
    await page.locator(".first .pull-text").waitFor({ state: "attached" });
  }

  async function activeBand(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await page.locator(".first .band.active").first().boundingBox();
    if (box === null) throw new Error("nobody serves");
    return box;
  }

  it("a click on a band at an instant offers what can befall it there, and kills it there", async () => {
    const page = await playground();
    const band = await activeBand(page);
    await page.mouse.click(band.x + 100, band.y + band.height / 2);
    const menu = page.locator(".lane-menu:popover-open");
    expect(await menu.locator("button").allInnerTexts()).toEqual([
      "Kill",
      "Pause",
      "Partition",
      "Clock drifts",
    ]);
    const at = Number.parseFloat((await page.textContent(".first .clock")) ?? "") * 1000;
    const place = await menu.boundingBox();
    expect(Math.abs((place?.x ?? 0) - band.x - 100)).toBeLessThan(40);
    await menu.locator("[data-strike=crash]").click();
    await expect.poll(() => page.textContent(".tree .current")).toContain("rootcoord-a KILLED");
    const [fault] = await faultsOf(page);
    expect(fault).toMatchObject({ type: "crash", on: "rootcoord-a" });
    expect(Math.abs((fault?.atMs ?? 0) - at)).toBeLessThan(2);
    await page.close();
  });

  it("says a word where it is down already", async () => {
    const page = await playground();
    const band = await activeBand(page);
    await page.keyboard.press("k");
    await expect.poll(() => page.textContent(".tree .current")).toContain("KILLED");
    await page.mouse.click(band.x + 200, band.y + band.height / 2);
    await page.click(".lane-menu:popover-open [data-strike=crash]");
    await expect.poll(() => page.textContent(".told")).toContain("rootcoord-a is already down at");
    expect(await page.locator(".tree .run").count()).toBe(2);
    await page.close();
  });

  it("a length dragged along a band is a pause of that length, and nothing happens before it is let go", async () => {
    const page = await playground();
    const band = await activeBand(page);
    const y = band.y + band.height / 2;
    await drag(page, [band.x + 60, y], [band.x + 260, y]);
    const shown = await page.locator(".first .pull").boundingBox();
    expect(shown?.x).toBeCloseTo(band.x + 60, -1);
    expect(shown?.width).toBeCloseTo(200, -1);
    const words = (await page.textContent(".first .pull-text")) ?? "";
    expect(await page.locator(".tree .run").count()).toBe(1);
    await page.mouse.up();
    await expect.poll(() => page.textContent(".tree .current")).toContain("rootcoord-a stands still");
    const [fault] = await faultsOf(page);
    if (fault?.type !== "pause") throw new Error("no pause");
    expect(words).toBe(
      `stands still for ${fault.forMs < 1000 ? `${fault.forMs} ms` : `${(fault.forMs / 1000).toFixed(1)} s`}`,
    );
    await page.close();
  });

  it("a message dragged along the time is late by as much", async () => {
    const page = await playground();
    const { x1, x2, y1, y2 } = await lastRequest(page);
    await drag(page, [(x1 + x2) / 2, (y1 + y2) / 2], [x2 + 150, y2]);
    expect(await page.textContent(".first .pull-text")).toMatch(/^\d.* late$/u);
    await page.mouse.up();
    await expect.poll(() => page.textContent(".tree .current")).toContain("late");
    const [fault] = await faultsOf(page);
    expect(fault).toMatchObject({ type: "delay", on: "rootcoord-a", count: 1 });
    await page.close();
  });

  it("a message dragged off its lane is lost, and one that is put back is not", async () => {
    const page = await playground();
    const { x1, x2, y1, y2 } = await lastRequest(page);
    const middle = [(x1 + x2) / 2, (y1 + y2) / 2] as const;
    await page.mouse.move(...middle);
    await page.mouse.down();
    await page.mouse.move(middle[0] + 30, middle[1] + 20);
    await page.mouse.move(x1, middle[1]);
    await page.mouse.up();
    expect(await page.locator(".tree .run").count()).toBe(1);
    await drag(page, middle, [middle[0], y2 + 120]);
    expect(await page.textContent(".first .pull-text")).toBe("✕ dropped");
    await page.mouse.up();
    await expect.poll(() => page.textContent(".tree .current")).toContain("will lose");
    expect(await faultsOf(page)).toMatchObject([{ type: "lose", on: "rootcoord-a", count: 1 }]);
    await page.close();
  });

  it("offers in an exercise only what it asks for, and a run to be looked at cannot be taken", async () => {
    const lease = lessons.find(({ id }) => id === "lease");
    if (lease?.exercise.type !== "fault") throw new Error("no such exercise");
    const { scenario: its, variant } = lease.exercise.setup;
    const tried = { tree: treeOf(variant, its), run: 0, cursor: { n: 0, at: 79_000 } };
    const page = await opened(writeAddress({ type: "lesson", id: "lease", sight: { predicted: 2, tried } }));
    const first = page.locator(".first .scroll");
    await page.locator(".first .band.active").first().waitFor({ state: "attached" });
    await first.scrollIntoViewIfNeeded();
    const band = await activeBand(page);
    const scroll = await first.boundingBox();
    await page.mouse.click((scroll?.x ?? 0) + 200, band.y + band.height / 2);
    expect(await page.locator(".lane-menu:popover-open button").allInnerTexts()).toEqual(["Kill"]);
    await page.keyboard.press("Escape");
    const told = page.locator(".run-part .scroll").first();
    await told.scrollIntoViewIfNeeded();
    const box = await page.locator(".run-part .band").first().boundingBox();
    const left = (await told.boundingBox())?.x ?? 0;
    await page.mouse.click(left + 100, (box?.y ?? 0) + 12);
    expect(await page.locator(".lane-menu:popover-open").count()).toBe(0);
    await page.close();
  });
});
