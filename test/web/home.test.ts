/** The live scene on the first page, in a real browser: what it shows is what the run shows. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeWith } from "../helpers/require.ts";
import { lessonGroups, lessons } from "../../src/teach/lessons/index.ts";
import { servePages } from "./served-pages.ts";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function boxOf(page: Page, selector: string): Promise<Box> {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`${selector} is not drawn`);
  return box;
}

/** The share of a lease that is left, as it is drawn. */
async function leftOf(page: Page, place: number): Promise<number> {
  const at = `.scene-one[data-place="${place}"]`;
  const [bar, ground] = [
    await boxOf(page, `${at} .scene-lease`),
    await boxOf(page, `${at} .scene-lease-ground`),
  ];
  return bar.width / ground.width;
}

describeWith("chromium", "the first page", (executablePath) => {
  const { opened } = servePages(executablePath);

  it.each([
    [1440, 900],
    [1024, 768],
    [390, 844],
  ])("is a live scene with one button, all in view, %d px wide", async (width, height) => {
    const page = await opened("", { viewport: { width, height } });
    await expect.poll(() => page.textContent(".scene-said")).toBe("A serves");
    // What is seen was simulated beside the page.
    expect(page.workers()).toHaveLength(1);
    for (const selector of [".scene svg", ".scene .kill", ".scene-count"]) {
      const box = await boxOf(page, selector);
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
    }
    expect(await page.locator(".scene button").count()).toBe(1);
    const [name] = [await boxOf(page, '.scene-one[data-place="0"] .scene-lease-text')];
    expect(name.height).toBeGreaterThan(10);
    await page.close();
  });

  it("kills whoever serves: its lease drains, nobody serves, the other turns active, and it is asked why", async () => {
    const page = await opened("");
    await expect.poll(() => page.textContent(".scene-said")).toBe("A serves");
    await page.click(".kill");
    await expect.poll(() => page.textContent(".scene-said")).toBe("nobody serves");
    expect(await page.getAttribute(".kill", "aria-disabled")).toBe("true");
    expect(await page.evaluate("document.activeElement.className")).toBe("kill");
    expect(await page.getAttribute('[data-place="0"]', "class")).toBe("scene-one down");
    expect(await page.textContent(".scene-key")).toBe("active key: A");
    const before = await leftOf(page, 0);
    await expect.poll(() => leftOf(page, 0)).toBeLessThan(before - 0.05);
    await expect.poll(() => page.textContent(".scene-count")).toMatch(/^nobody serves: [1-9]\d? s$/u);
    await expect.poll(() => page.textContent(".scene-said"), { timeout: 20_000 }).toBe("B serves");
    expect(await page.getAttribute('[data-place="1"]', "class")).toBe("scene-one active");
    expect(await page.textContent(".scene-key")).toBe("active key: B");
    const told = (await page.textContent(".after-scene")) ?? "";
    const seconds = Number(/Nobody served for (\d+\.\d) s\. Why so long\?/u.exec(told)?.[1]);
    expect(seconds).toBeGreaterThan(39);
    expect(seconds).toBeLessThan(62);
    expect(await page.getAttribute(".after-scene .button", "href")).toBe(`#lesson=${lessons[0]?.id}`);
    // The same run, message by message.
    await page.click(".after-scene [data-scene]");
    await expect
      .poll(() => page.textContent(".first .verdict"))
      .toContain(`nobody served for ${told.match(/\d+\.\d s/u)?.[0]}`);
    await page.close();
  });

  it("moves once a second only where motion is not wanted, and sends nothing gliding", async () => {
    const page = await opened("", { reducedMotion: "reduce" });
    await expect.poll(() => page.textContent(".scene-said")).toBe("A serves");
    await page.click(".kill");
    await expect.poll(() => page.textContent(".scene-said"), { timeout: 20_000 }).toBe("B serves");
    expect(await page.locator(".scene-dot").count()).toBe(0);
    await page.close();
  });

  it("has the lessons as one path in four groups", async () => {
    const page = await opened("");
    expect(await page.locator(".groups h3").allTextContents()).toEqual(
      lessonGroups.map(({ about, title }) => `${title} ${about}`),
    );
    const numbers = await page.locator(".groups .number").allTextContents();
    expect(numbers).toEqual(lessons.map((_, at) => String(at + 1)));
    const columns: number[] = await page.evaluate(
      '[...document.querySelectorAll(".group")].map((one) => one.getBoundingClientRect().left)',
    );
    expect(new Set(columns).size).toBe(4);
    await page.close();
  });
});
