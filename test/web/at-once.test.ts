/** That two serve at once is seen, whoever promised what; that nobody does, is measured. In a real browser, by geometry. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeWith } from "../helpers/require.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { pictureOf } from "../../src/web/picture.ts";
import { writeAddress } from "../../src/web/teach/address.ts";
import { recorded } from "../../src/web/teach/recorder.ts";
import { rootHeader, treeOf } from "../../src/web/teach/tree.ts";
import { servePages } from "./served-pages.ts";

/** As `getBoundingClientRect` has it. */
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly fill: string;
}

async function boxes(page: Page, selector: string): Promise<Box[]> {
  return await page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return { left, right, top, bottom, fill: getComputedStyle(one).fill };
  })`);
}

const RED = { light: "rgb(179, 38, 30)", dark: "rgb(255, 138, 122)" } as const;

describeWith("chromium", "how many serve", (executablePath) => {
  const { opened } = servePages(executablePath);

  it.each([
    ["light", 1440],
    ["dark", 1024],
    ["light", 390],
  ] as const)(
    "two at once under promises that hold nothing here are red in their lanes and in the strip, %s, %d px",
    async (colorScheme, width) => {
      const page = await opened("#lesson=clocks", { colorScheme, viewport: { width, height: 900 } });
      await page.keyboard.press("b");
      const run = ".run-part:first-of-type";
      await page.click(`${run} .verdict`);
      const lanes = await boxes(page, `${run} .at-once`);
      const [strip] = await boxes(page, `${run} .count.several`);
      const [scroll] = await boxes(page, `${run} .scroll`);
      if (strip === undefined || scroll === undefined) throw new Error("nothing is drawn");
      expect(lanes).toHaveLength(2);
      for (const one of [...lanes, strip]) {
        expect(one.fill).toBe(RED[colorScheme]);
        expect(one.right - one.left).toBeGreaterThan(5);
        expect([one.left, one.right]).toEqual([strip.left, strip.right]);
        expect(one.left).toBeGreaterThanOrEqual(scroll.left);
      }
      expect(lanes[0]?.top).toBeLessThan((lanes[1]?.top ?? 0) - 20);
      expect(await page.textContent(`${run} .names .several`)).toBe("2 serve at once");
      const verdict = page.locator(`${run} .verdict`);
      expect(await verdict.textContent()).toMatch(/^✕ A and B served at once for 1\.4 s/u);
      expect(await page.locator(`${run} :text("✓")`).count()).toBe(0);
      await page.close();
    },
  );

  it("nobody is hatched over the whole of its time, and says how long", async () => {
    const its = scenario({
      title: "one dies",
      horizonMs: 200_000,
      coordinators: coordinators("rootcoord", 2),
      faults: [{ type: "crash", atMs: 61_000, on: "rootcoord-a" }],
    });
    const picture = pictureOf(recorded(rootHeader({ variant: "shipped", scenario: its, decisions: [] })));
    const gap = picture.counts.find(({ from, nodes }) => from > 0 && nodes.length === 0);
    if (gap === undefined) throw new Error("somebody always serves");
    const cursor = { n: 0, at: 61_000 };
    const sight = { tree: treeOf("shipped", its), run: 0, cursor };
    const page = await opened(writeAddress({ type: "playground", sight }));
    const words = page.locator(".first .count-text.nobody").last();
    await words.waitFor();
    for (let times = 0; times < 3; times++) await page.keyboard.press("-");
    const length = `${((gap.to - gap.from) / 1000).toFixed(1)} s`;
    expect(await words.textContent()).toBe(`nobody · ${length}`);
    const bar = (await boxes(page, ".first .count.nobody")).at(-1);
    const bands = await boxes(page, ".first .band.active");
    expect(bands.length).toBeGreaterThan(1);
    expect(bar?.left).toBeCloseTo(bands[0]?.right ?? 0, 0);
    expect(bar?.right).toBeCloseTo(bands.at(-1)?.left ?? 0, 0);
    expect(bar?.fill).toContain("#nobody");
    expect(await page.locator(".first .verdict").textContent()).toMatch(
      new RegExp(
        `nobody served for ${length}; rootcoord-b serves from \\d+\\.\\d{3} s with token \\d+$`,
        "u",
      ),
    );
    await page.close();
  });
});
