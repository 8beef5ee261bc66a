/** What a visitor sees without seeking it: words where nothing can be done, what was asked, who is up, and only what was taught. */
import type { Locator, Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeWith } from "../helpers/require.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { writeAddress } from "../../src/web/teach/address.ts";
import { treeOf } from "../../src/web/teach/tree.ts";
import { servePages } from "./served-pages.ts";

async function inView(page: Page, place: Locator): Promise<boolean> {
  const box = await place.boundingBox();
  const size = page.viewportSize();
  if (box === null || size === null) return false;
  return box.x >= 0 && box.y >= 0 && box.x + box.width <= size.width && box.y + box.height <= size.height;
}

describeWith("chromium", "at first sight", (executablePath) => {
  const { opened } = servePages(executablePath);

  it("it is said of the first run that there is none to compare it with, and none before", async () => {
    const page = await opened("#play");
    await page.locator(".first .clock").waitFor();
    await page.keyboard.press("g");
    await expect.poll(() => page.innerText(".told")).toContain("there is none to compare with");
    await page.keyboard.press("u");
    await expect.poll(() => page.innerText(".told")).toContain("there is none to go back to");
    expect(await page.locator("[data-undo]").count()).toBe(0);
    await page.keyboard.press("k");
    await page.click("[data-undo]");
    await expect.poll(() => page.textContent(".tree .current")).toContain("run 1");
    await page.close();
  });

  it("tools and statechart are of one that is up", async () => {
    const its = scenario({
      title: "dead",
      coordinators: coordinators("rootcoord", 2),
      faults: [{ type: "crash", atMs: 30_000, on: "rootcoord-a" }],
    });
    const sight = { tree: treeOf("shipped", its), run: 0, cursor: { n: 0, at: 150_000 } };
    const page = await opened(writeAddress({ type: "playground", sight }));
    await page.locator(".first .clock").waitFor();
    expect(await page.isChecked("input[name=target][value=rootcoord-b]")).toBe(true);
    expect(await page.inputValue("select.charted")).toBe("rootcoord-b");
    await page.close();
  });

  it.each([
    [1440, 900],
    [1024, 768],
    [390, 844],
  ])("what was asked stands beside a refusal, %d px wide", async (width, height) => {
    const page = await opened("#lesson=fencing", { viewport: { width, height } });
    await page.click('[data-predict="0"]');
    await page.check("input[name=answer][value='0']");
    await page.click(".answer button[type=submit]");
    await page.locator(".shown .clock").waitFor();
    expect(await page.textContent(".result .asked")).toContain("keeps every outdated write out?");
    for (const place of [".result .asked", ".result .verdict-text"])
      await expect.poll(() => inView(page, page.locator(place)), { message: place }).toBe(true);
    await page.close();
  });

  it.each([
    ["alone", 0, 0],
    ["lease", 1, 0],
    ["fencing", 1, 1],
  ])("the lesson %s draws what was taught by then", async (id, leases, tokens) => {
    const page = await opened(`#lesson=${id}`);
    await page.click('[data-predict="0"]');
    const drawing = page.locator(".run-part .diagram").first();
    await drawing.locator(".band").first().waitFor({ state: "attached" });
    expect(Math.min(1, await drawing.locator(".lease:visible").count())).toBe(leases);
    expect(Math.min(1, await drawing.locator(".token:visible").count())).toBe(tokens);
    await page.close();
  });

  it("every second is as wide as any other where the wait is the point", async () => {
    const page = await opened("#lesson=lease");
    await page.click('[data-predict="0"]');
    const pressed = (run: number): Promise<string | null> =>
      page.locator(".run-part [data-command=trueTime]").nth(run).getAttribute("aria-pressed");
    await page.locator(".run-part .clock").nth(1).waitFor();
    expect([await pressed(0), await pressed(1)]).toEqual(["true", "false"]);
    await page.close();
  });

  it("what is sought is seen to be sought on a small screen", async () => {
    const page = await opened("#play", { viewport: { width: 390, height: 844 } });
    await page.locator(".first .clock").waitFor();
    await page.click("[data-breaks]");
    const cancel = page.locator(".sandbox .busy button");
    await expect.poll(() => inView(page, cancel)).toBe(true);
    await cancel.click();
    await expect.poll(() => page.innerText(".told")).toBe("Canceled.");
    await page.close();
  });

  it("what was out of sight while it played is true once it is scrolled to, and once it rests", async () => {
    const page = await opened("#play", { viewport: { width: 1280, height: 520 } });
    await page.locator(".first .clock").waitFor();
    await page.keyboard.press("Home");
    const card = page.locator(".first .card dd b").first();
    const clock = async (): Promise<string> => ((await page.textContent(".first .clock")) ?? "").slice(0, 7);
    await page.keyboard.press(" ");
    await expect.poll(clock).not.toBe("0.000 s");
    await card.scrollIntoViewIfNeeded();
    await expect.poll(() => card.textContent()).not.toBe("0.000 s");
    await page.evaluate("scrollTo(0, 0)");
    await page.keyboard.press(" ");
    await expect.poll(async () => (await card.textContent()) === (await clock())).toBe(true);
    await page.close();
  });
});
