/** A run whose numbers are dragged in a sentence: run and curve follow, by mouse and by keys. */
import { expect, it } from "vitest";
import { describeWith } from "../helpers/require.ts";
import { curve } from "../../src/teach/curve.ts";
import { lessonNamed } from "../../src/teach/lessons/index.ts";
import { run } from "../../src/teach/engine.ts";
import { lengthText } from "../../src/web/markup.ts";
import { servePages } from "./served-pages.ts";

describeWith("chromium", "numbers of one's own", (executablePath) => {
  const { opened } = servePages(executablePath);

  it("are moved by keys, by dragging and by a point of the curve; run and curve say what comes of them", async () => {
    const own = lessonNamed("ttl")?.own;
    if (own === undefined) throw new Error("the lesson has no numbers of one's own");
    const page = await opened("#lesson=ttl", { viewport: { width: 1024, height: 768 } });
    await page.keyboard.press("c");
    const part = page.locator(".lever-part");
    const ttl = part.getByRole("slider", { name: "TTL" });
    const says = (): Promise<string | null> => part.locator(".verdict").textContent();
    const curveSays = (): Promise<string | null> => page.locator(".own-words").textContent();
    /** What the lesson's own reading of such a run has. */
    const kept = (ttlSeconds: number): boolean => run(own.setup(ttlSeconds, 8)).servings.length === 1;
    expect([kept(12), kept(13), kept(10)]).toEqual([false, true, false]);

    await expect.poll(says).toContain("nobody served for");
    await ttl.focus();
    for (let times = 0; times < 3; times++) await page.keyboard.press("ArrowRight");
    expect(await ttl.textContent()).toBe("13 s");
    await expect.poll(says).toContain("A served throughout");
    const [point] = curve([13]).points;
    if (point === undefined) throw new Error("no point");
    await expect
      .poll(curveSays, { timeout: 20_000 })
      .toBe(
        `TTL 13 s: nobody serves for ${lengthText(point.bestMs)} to ${lengthText(point.worstMs)} after a crash, and ${point.lost} of ${point.stalls} stalls cost the role`,
      );

    // The run above was drawn meanwhile, and moved it down.
    await ttl.scrollIntoViewIfNeeded();
    const box = await ttl.boundingBox();
    if (box === null) throw new Error("no lever");
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 8, y);
    expect(await ttl.getAttribute("aria-valuenow")).toBe("12");
    await page.mouse.up();
    await expect.poll(says).toContain("nobody served for");

    const before = page.url();
    await page.locator("[data-ttl='30'] circle").click();
    expect(await ttl.textContent()).toBe("30 s");
    await expect.poll(says).toContain("A served throughout");

    await expect.poll(() => page.url()).not.toBe(before);
    const other = await opened(new URL(page.url()).hash, { viewport: { width: 1024, height: 768 } });
    const linked = other.locator(".lever-part").getByRole("slider", { name: "TTL" });
    expect(await linked.textContent()).toBe("30 s");
    await other.close();
    await page.close();
  });

  it("have the margin among them: dragged, it makes another run and another curve", async () => {
    const own = lessonNamed("ttl")?.own;
    if (own === undefined) throw new Error("the lesson has no numbers of one's own");
    const kept = (margin: number): boolean => run(own.setup(13, 8, margin)).servings.length === 1;
    expect([kept(2), kept(6)]).toEqual([true, false]);
    const lostOf = (tolerance: number): string =>
      curve([20], tolerance)
        .points.map(({ lost, stalls }) => `${lost} of ${stalls}`)
        .join();
    expect(lostOf(0.06)).not.toBe(lostOf(0.02));

    const page = await opened("#lesson=ttl", { viewport: { width: 1024, height: 768 } });
    await page.keyboard.press("c");
    const part = page.locator(".lever-part");
    const says = (): Promise<string | null> => part.locator(".verdict").textContent();
    const row = page
      .locator(".curve tbody tr", { hasText: /^\s*20 s/u })
      .locator("td")
      .last();
    const slider = (name: string) => part.getByRole("slider", { name });
    await slider("TTL").focus();
    for (let times = 0; times < 3; times++) await page.keyboard.press("ArrowRight");
    await expect.poll(says).toContain("A served throughout");
    await expect.poll(() => row.textContent(), { timeout: 20_000 }).toBe(lostOf(0.02));
    expect(await page.textContent(".curve figcaption")).toMatch(/under a margin of\s+2 %/u);

    const margin = slider("margin");
    await margin.scrollIntoViewIfNeeded();
    const box = await margin.boundingBox();
    if (box === null) throw new Error("no lever");
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 30, y, { steps: 4 });
    await page.mouse.move(x + 64, y, { steps: 4 });
    await page.mouse.up();
    expect(await margin.textContent()).toBe("6 %");
    await expect.poll(says).toContain("nobody served for");
    await expect.poll(() => row.textContent(), { timeout: 20_000 }).toBe(lostOf(0.06));
    expect(await page.textContent(".curve figcaption")).toMatch(/under a margin of\s+6 %/u);
    await page.close();
  });

  it("are those of clocks, too: a margin as wide as the clock is wrong lets no two serve", async () => {
    const own = lessonNamed("clocks")?.own;
    if (own === undefined) throw new Error("the lesson has no numbers of one's own");
    const together = (margin: number): number => run(own.setup(5, 60, margin)).overlaps.length;
    expect([together(2), together(6)]).toEqual([1, 0]);
    const page = await opened("#lesson=clocks", { viewport: { width: 1024, height: 768 } });
    await page.keyboard.press("b");
    const part = page.locator(".lever-part");
    const says = (): Promise<string | null> => part.locator(".verdict").textContent();
    await part.getByRole("slider", { name: "error of the clock" }).focus();
    for (let times = 0; times < 6; times++) await page.keyboard.press("ArrowRight");
    await expect.poll(says).toContain("served at once");
    await part.getByRole("slider", { name: "margin" }).focus();
    for (let times = 0; times < 8; times++) await page.keyboard.press("ArrowRight");
    await expect.poll(says).not.toContain("served at once");
    expect(await part.locator(".levers").innerText()).toContain("the margin 6 % of it");
    await page.close();
  });

  it("make a run of the playground by its form: its title and its link say the margin", async () => {
    const page = await opened("#play", { viewport: { width: 1440, height: 900 } });
    await page.locator(".first .clock").waitFor();
    await expect.poll(() => page.url()).toMatch(/&[sz]=/u);
    const before = page.url();
    await page.click(".another summary");
    await page.fill(".another [name=margin]", "10");
    await page.click(".another [type=submit]");
    await expect.poll(() => page.innerText(".playground h2")).toContain("TTL 60 s, margin 10 %");
    await expect.poll(() => page.url()).not.toBe(before);
    const other = await opened(new URL(page.url()).hash, { viewport: { width: 1440, height: 900 } });
    await expect.poll(() => other.innerText(".playground h2")).toContain("margin 10 %");
    await other.close();
    await page.close();
  });
});
