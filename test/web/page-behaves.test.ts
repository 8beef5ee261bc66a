/** What a visitor does to a page that is not a lesson's matter: going back and forth, two tabs, other inputs, other colours. */
import type { Locator, Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeWith } from "../helpers/require.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { lessons } from "../../src/teach/lessons/index.ts";
import { writeAddress } from "../../src/web/teach/address.ts";
import { longLink } from "../../src/web/teach/short-link.ts";
import { treeOf } from "../../src/web/teach/tree.ts";
import { servePages } from "./served-pages.ts";

/** Whether all of it can be seen. */
async function inView(page: Page, place: Locator): Promise<boolean> {
  const box = await place.boundingBox();
  const size = page.viewportSize();
  if (box === null || size === null) return false;
  return box.x >= 0 && box.y >= 0 && box.x + box.width <= size.width && box.y + box.height <= size.height;
}

async function passesFencing(page: Page, right = "1"): Promise<void> {
  await page.click('[data-predict="0"]');
  await page.check(`input[name=answer][value='${right}']`);
  await page.click(".answer button[type=submit]");
  await page.locator(".shown .clock").waitFor();
}

describeWith("chromium", "the page", (executablePath) => {
  const { base, browser, opened, watch } = servePages(executablePath);

  it.each([
    [1440, 900],
    [1024, 768],
    [390, 844],
  ])(
    "shows a verdict and, below it, the run at the instant that decides, %d px wide",
    async (width, height) => {
      const page = await opened("#lesson=fencing", { viewport: { width, height } });
      await passesFencing(page);
      expect(await page.textContent(".result")).toContain(
        "Passed. Asleep for 5 min. The write was refused at 300.076 s",
      );
      await expect.poll(() => page.textContent(".shown .clock")).toContain("300.076 s");
      for (const place of [".result .verdict-text", ".shown .cursor-head", ".shown .stage"])
        await expect.poll(() => inView(page, page.locator(place)), { message: place }).toBe(true);
      await page.close();
    },
  );

  it.each([1440, 390])("shows both where a run is made and handed in, %d px wide", async (width) => {
    const lease = lessons.find(({ id }) => id === "lease");
    if (lease?.exercise.type !== "fault") throw new Error("no such exercise");
    const { scenario: its, variant } = lease.exercise.setup;
    const tried = { tree: treeOf(variant, its), run: 0, cursor: { n: 0, at: 79_000 } };
    const address = writeAddress({ type: "lesson", id: "lease", sight: { predicted: 2, tried } });
    const page = await opened(address, { viewport: { width, height: 844 } });
    await page.click("[data-inject=crash]");
    await page.click(".answer button[type=submit]");
    await page.locator(".result b").waitFor();
    await expect.poll(() => page.textContent(".first .clock")).toContain("120.560 s");
    for (const place of [".result .verdict-text", ".first .stage"])
      await expect.poll(() => inView(page, page.locator(place)), { message: place }).toBe(true);
    await page.close();
  });

  it("knows a passed lesson on a second visit, and what was handed in after a reload", async () => {
    const page = await opened("#lesson=fencing");
    await passesFencing(page);
    await page.click("#share");
    await page.locator("#notice").waitFor();
    await page.reload();
    await expect.poll(() => page.textContent(".result")).toContain("Passed.");
    expect(await page.isChecked("input[name=answer][value='1']")).toBe(true);
    await page.goto(`${base()}#`);
    await page.goto(`${base()}#lesson=fencing`);
    const before = page.locator(".passed-before");
    await expect.poll(() => before.innerText()).toContain("Passed at once. A lease says who should serve.");
    expect(await before.locator("a").getAttribute("href")).toBe("#lesson=milvus");
    expect(await inView(page, before)).toBe(true);
    await page.close();
  });

  it("adds what two tabs have done, and each knows of the other at once", async () => {
    const context = await browser().newContext();
    const [one, other] = [await context.newPage(), await context.newPage()];
    for (const page of [one, other]) watch(page);
    await one.goto(`${base()}#lesson=fencing`);
    await other.goto(`${base()}#lesson=clocks`);
    await other.keyboard.press("b");
    await expect.poll(() => other.textContent(".met")).toContain("Right.");
    await passesFencing(one);
    await one.goto(`${base()}#`);
    await expect.poll(() => one.textContent(".foot")).toContain("1 of 14 passed");
    const [, clocks] = [await one.textContent(".lessons"), await one.textContent('a[href="#lesson=clocks"]')];
    expect(clocks).toContain("begun");
    await other.goto(`${base()}#`);
    await expect.poll(() => other.textContent(".foot")).toContain("1 of 14 passed");
    await one.click("[data-forget]");
    await expect.poll(() => other.textContent(".foot")).toContain("0 of 14 passed");
    await context.close();
  });

  it("makes no run by killing the dead, however often, and says so", async () => {
    const page = await opened("#play");
    for (let times = 0; times < 30; times++) await page.keyboard.press("k");
    await expect.poll(() => page.textContent(".told")).toContain("rootcoord-a is already down");
    expect(await page.locator(".tree .run").count()).toBe(2);
    await page.close();
  });

  it("keeps zoom, speed, folds and focus when another run is shown", async () => {
    const page = await opened("#play");
    await page.locator(".first .clock").waitFor();
    await page.click(".first [data-command=zoomIn]");
    await page.click(".first [data-command=faster]");
    await page.keyboard.press("o");
    await page.click(".promises-part summary");
    await page.click(".events-part summary");
    const wide = async (): Promise<unknown> =>
      page.evaluate('getComputedStyle(document.querySelector(".first .scroll > div")).width');
    const before = Number.parseFloat(String(await wide()));
    const open = (): Promise<string[]> =>
      page.evaluate('[...document.querySelectorAll(".first details[open]")].map((one) => one.dataset.fold)');
    const folds = await open();
    expect(folds).toContain("events");
    await page.focus("[data-inject=drift]");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.textContent(".tree .current")).toContain("run 2");
    expect(await page.textContent(".first .pace")).toBe("2×");
    expect(await page.getAttribute(".first [data-command=trueTime]", "aria-pressed")).toBe("true");
    expect(Number.parseFloat(String(await wide()))).toBeGreaterThan(before * 0.95);
    expect(await open()).toEqual(folds);
    expect(await page.evaluate("document.activeElement.dataset.inject")).toBe("drift");
    await page.focus('[data-run="0"]');
    await page.keyboard.press("Enter");
    await expect.poll(() => page.textContent(".tree .current")).toContain("run 1");
    expect(await page.evaluate("document.activeElement.dataset.run")).toBe("0");
    await page.close();
  });

  it("has few stops for Tab, and they come back to where they began", async () => {
    const page = await opened("#play");
    await page.locator(".first .clock").waitFor();
    let stops = 0;
    for (;;) {
      await page.keyboard.press("Tab");
      if ((await page.evaluate("document.activeElement.localName")) === "body" || stops > 100) break;
      stops++;
    }
    expect(stops).toBeGreaterThan(20);
    expect(stops).toBeLessThan(45);
    await page.close();
  });

  it("obeys no key of one letter once they are switched off, and remembers it", async () => {
    const page = await opened("#play");
    await page.locator(".first .clock").waitFor();
    await page.keyboard.press("?");
    await page.click("#help [data-letters]");
    await page.keyboard.press("Escape");
    await page.reload();
    await page.locator(".first .clock").waitFor();
    for (const key of ["k", "p", "2", "t", "]"]) await page.keyboard.press(key);
    const before = await page.textContent(".first .clock");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.textContent(".first .clock")).not.toBe(before);
    expect(await page.locator(".tree .run").count()).toBe(1);
    expect(await page.getAttribute("html", "data-theme")).toBeNull();
    expect(await page.isChecked("input[name=target][value=rootcoord-a]")).toBe(true);
    await page.close();
  });

  it("simulates seven coordinators for half an hour while the page can be used, and stops when it is told to", async () => {
    const page = await opened("#play");
    const heading = page.locator(".playground .head h2");
    await expect.poll(() => heading.textContent()).toContain("2 coordinators, TTL 60 s shipped, 5 min");
    await page.click(".another summary");
    for (const [name, value] of [
      ["coordinators", "7"],
      ["ttlSeconds", "2"],
      ["minutes", "30"],
    ] as const)
      await page.fill(`.another [name=${name}]`, value);
    await page.click(".another button[type=submit]");
    const bar = page.locator(".busy progress");
    await bar.waitFor();
    expect(await bar.getAttribute("aria-label")).toBe("Simulating");
    await page.keyboard.press("?");
    expect(await page.locator("#help").isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    await page.click(".busy button");
    await bar.waitFor({ state: "hidden" });
    expect(await page.locator(".first .viewer").count()).toBe(0);
    expect(await page.innerText(".told")).toBe("Canceled.");
    await page.click(".another summary");
    await page.click(".another button[type=submit]");
    await page.locator(".first .clock").waitFor();
    expect(await page.textContent(".first .clock")).toMatch(/event \d+ of 7\d{4}/u);
    await page.close();
  });

  it.each(["", "#play", "#lesson=clocks"])("fits at twice its size: %s", async (hash) => {
    // A window of 1280 by 800, zoomed to 200 %.
    const page = await opened(hash, { viewport: { width: 640, height: 400 } });
    if (hash.startsWith("#lesson")) await page.keyboard.press("b");
    await page
      .locator(hash === "" ? ".scene .kill[aria-disabled=false]" : ".viewer .clock")
      .first()
      .waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(640);
    await page.close();
  });

  it("says how long an odd run is, and has a title of its own everywhere", async () => {
    const its = scenario({ title: "odd", horizonMs: 121_000, coordinators: coordinators("rootcoord", 2) });
    const sight = { tree: treeOf("shipped", its), run: 0, cursor: { n: 0, at: 0 } };
    const page = await opened(writeAddress({ type: "playground", sight }));
    expect(await page.textContent(".playground h2")).toBe("odd shipped, 2 min 1 s");
    const titles = [await page.title()];
    for (const hash of ["#", "#lesson=fencing", "#lesson=clocks"]) {
      await page.goto(`${base()}${hash}`);
      await expect.poll(() => page.title()).not.toBe(titles.at(-1));
      titles.push(await page.title());
    }
    expect(titles[0]).toBe("Playground: odd · leasehold");
    expect(new Set(titles).size).toBe(4);
    await page.close();
  });

  it("names a run after the instant of its fault, to the last digit", async () => {
    const page = await opened("#play");
    await page.locator(".first .clock").waitFor();
    while (!((await page.textContent(".first .clock")) ?? "").startsWith("0.020"))
      await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("p");
    await expect.poll(() => page.textContent(".tree .current")).toContain("run 2");
    await page.click("#share");
    await page.locator("#notice").waitFor();
    const packed = (await longLink(new URL(page.url()).hash)).split("s=")[1] ?? "";
    const { forks } = JSON.parse(Buffer.from(packed, "base64url").toString()) as {
      forks: { fault: { atMs: number } }[];
    };
    const seconds = (forks[0]?.fault.atMs ?? 0) / 1000;
    expect(await page.textContent(".tree .current")).toMatch(new RegExp(`at ${seconds}0* s`, "u"));
    await page.close();
  });

  it("keeps the theme over a reload", async () => {
    const page = await opened("#play", { colorScheme: "light" });
    await page.click("[data-app=theme]");
    await page.reload();
    expect(await page.getAttribute("html", "data-theme")).toBe("dark");
    await page.close();
  });

  it("zooms by the wheel with Control, and what is under the pointer stays there", async () => {
    const page = await opened("#play");
    await page.locator(".first .clock").waitFor();
    await page.keyboard.press("End");
    const box = await page.locator(".first .diagram").boundingBox();
    if (box === null) throw new Error("no diagram");
    const pointer = { x: box.x + box.width / 3, y: box.y + 120 };
    const there = async (): Promise<number> => {
      await page.mouse.click(pointer.x, pointer.y + 100);
      return Number.parseFloat((await page.textContent(".first .clock")) ?? "");
    };
    const before = await there();
    const wide = (): Promise<number> =>
      page.evaluate('document.querySelector(".first .scroll > div").getBoundingClientRect().width');
    const narrow = await wide();
    await page.mouse.move(pointer.x, pointer.y);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -120);
    await page.keyboard.up("Control");
    await expect.poll(wide).toBeGreaterThan(narrow * 1.3);
    expect(Math.abs((await there()) - before)).toBeLessThan(1);
    await page.close();
  });

  it("draws a run that it is compared with beside it, on one scale, shaded from where they part", async () => {
    const page = await opened("#play");
    await page.locator(".first .clock").waitFor();
    await page.keyboard.press("End");
    for (let times = 0; times < 20; times++) await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("k");
    await page.keyboard.press("g");
    await page.locator(".first .ghost.active").last().waitFor({ state: "attached" });
    const edge = (selector: string): Promise<{ left: number; right: number; top: number }> =>
      page.evaluate(`(() => {
        const { left, right, top } = [...document.querySelectorAll(${JSON.stringify(selector)})].at(-1).getBoundingClientRect();
        return { left, right, top };
      })()`);
    const [own, ghost, parted] = [
      await edge(".first .band.active"),
      await edge(".first .ghost.active"),
      await edge(".first .parted"),
    ];
    expect(own.right).toBeCloseTo(parted.left, 0);
    expect(ghost.right).toBeGreaterThan(parted.left + 50);
    expect(Math.abs(ghost.top - own.top)).toBeLessThan(40);
    expect(await page.textContent(".first .names")).toContain("run 1: 1 serves");
    expect(await page.textContent(".first .names")).toContain("nobody serves");
    expect(await inView(page, page.locator(".first .stage"))).toBe(true);
    await page.close();
  });

  it("draws in the reader's own colours where they are forced", async () => {
    const page = await opened("#play", { forcedColors: "active" });
    await page.locator(".first .band.active").first().waitFor({ state: "attached" });
    const colour = (selector: string, what: string): Promise<unknown> =>
      page.evaluate(`getComputedStyle(document.querySelector("${selector}")).${what}`);
    const system = (name: string): Promise<unknown> =>
      page.evaluate(`(() => {
        const probe = document.body.appendChild(document.createElement("i"));
        probe.style.cssText = "forced-color-adjust: none; color: ${name}";
        const { color } = getComputedStyle(probe);
        probe.remove();
        return color;
      })()`);
    expect(await colour(".first .band.active", "fill")).toBe(await system("Highlight"));
    expect(await colour(".first .band-text.active", "fill")).toBe(await system("HighlightText"));
    expect(await colour(".first .cursor", "stroke")).toBe(await system("CanvasText"));
    await page.close();
  });

  it("has a verdict whose accessible name is what it says, also where pressing it leads there", async () => {
    const page = await opened("#lesson=fencing");
    await page.click('[data-predict="0"]');
    const run = page.locator(".run-part").first();
    const verdict = run.getByRole("button", { name: "fencing violated" });
    await verdict.click();
    expect(await run.locator(".said").textContent()).toContain("fencing violated");
    await page.close();
  });

  it("writes no label of a message over a band", async () => {
    const page = await opened("#play");
    await page.locator(".first .clock").waitFor();
    await page.keyboard.press("Home");
    const over: string[] = [];
    for (let step = 0; step < 40; step++) {
      await page.keyboard.press("ArrowRight");
      over.push(
        ...(await page.evaluate<string[]>(`(() => {
          const bands = [...document.querySelectorAll(".first .band, .first .etcd")].map((one) => one.getBoundingClientRect());
          return [...document.querySelectorAll(".first .message-text")].filter((text) => {
            const { bottom, left, right, top } = text.getBoundingClientRect();
            return bands.some((band) => left < band.right && right > band.left && top + 3 < band.bottom && bottom - 3 > band.top);
          }).map((text) => text.textContent);
        })()`)),
      );
    }
    expect(over).toEqual([]);
    await page.close();
  });
});
