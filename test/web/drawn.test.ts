/** What the drawing claims is read off the run: tokens, the gate at etcd, claim and lease. In a real browser, by geometry. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeWith } from "../helpers/require.ts";
import { lessons } from "../../src/teach/lessons/index.ts";
import { pictureOf, type Picture } from "../../src/web/picture.ts";
import { lengthText } from "../../src/web/markup.ts";
import { nowAt } from "../../src/web/moment.ts";
import { atInstant } from "../../src/web/player.ts";
import { STANDING_NAMES } from "../../src/web/words.ts";
import { recorded } from "../../src/web/teach/recorder.ts";
import { rootHeader } from "../../src/web/teach/tree.ts";
import { servePages } from "./served-pages.ts";

function runOf(id: string, index: number): Picture {
  const setup = lessons.find((lesson) => lesson.id === id)?.runs[index]?.setup;
  if (setup === undefined) throw new Error(`no run ${index} of ${id}`);
  return pictureOf(recorded(rootHeader({ ...setup, decisions: [] })));
}

interface Drawn {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

async function drawn(page: Page, selector: string): Promise<Drawn[]> {
  return await page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return { text: one.textContent, left, right, top, bottom };
  })`);
}

/** Text stands beside the drawing, so a wide one needs more. */
const WIDE = { viewport: { width: 1600, height: 900 } };

describeWith("chromium", "the drawing", (executablePath) => {
  const { opened } = servePages(executablePath);

  async function atLate(
    run: number,
  ): Promise<{ page: Page; write: Picture["outdated"][number]; at: string }> {
    const [write] = runOf("fencing", run).outdated;
    if (write === undefined) throw new Error("no late write");
    const page = await opened("#lesson=fencing", WIDE);
    await page.click('[data-predict="0"]');
    const at = `.run-part:nth-of-type(${run + 1})`;
    await page.locator(`${at} .overview`).waitFor();
    // By the strip above, to the instant before it and then to it.
    const box = await page.locator(`${at} .overview`).boundingBox();
    if (box === null) throw new Error("no strip");
    await page
      .locator(`${at} .overview`)
      .click({ position: { x: (box.width * (write.at - 3000)) / 600_000, y: 8 } });
    while (!((await page.textContent(`${at} .clock`)) ?? "").startsWith((write.at / 1000).toFixed(3)))
      await page.keyboard.press("ArrowRight");
    return { page, write, at };
  }

  it.each([
    [0, "let in", false],
    [1, "refused", true],
  ] as const)("shows at etcd's gate that an outdated write of run %d is %s", async (run, words, shut) => {
    const { at, page, write } = await atLate(run);
    expect(write.applied).toBe(!shut);
    const [gate] = await drawn(page, `${at} .gate`);
    const tokens = await drawn(page, `${at} .gate .token`);
    const [etcd] = await drawn(page, `${at} .diagram .etcd`);
    const [cursor] = await drawn(page, `${at} .diagram .cursor`);
    if (gate === undefined || etcd === undefined || cursor === undefined) throw new Error("nothing is drawn");
    expect(tokens.map(({ text }) => Number(text))).toEqual([write.token, write.newest]);
    expect(gate.text).toBe(`${write.token}<${write.newest}${words}`);
    // In etcd's band, and where the cursor stands.
    for (const token of tokens) {
      expect(token.top).toBeGreaterThanOrEqual(etcd.top);
      expect(token.bottom).toBeLessThanOrEqual(etcd.bottom);
    }
    const [bar] = await drawn(page, `${at} .gate path`);
    expect(((bar?.left ?? 0) + (bar?.right ?? 0)) / 2).toBeCloseTo((cursor.left + cursor.right) / 2, 0);
    expect(await page.evaluate(`document.querySelector("${at} .gate path").getAttribute("d")`)).toMatch(
      shut ? /^M[^M]*$/u : /^M[^M]*M[^M]*$/u,
    );
    await page.close();
  });

  it("shows the token on the band of whoever holds it and on each of its writes", async () => {
    const { at, page, write } = await atLate(1);
    const [held] = await drawn(page, `${at} .token.held`);
    const [band] = await drawn(page, `${at} .band.active`);
    if (held === undefined || band === undefined) throw new Error("nothing is drawn");
    expect(Number(held.text)).toBe(write.newest);
    expect(held.top).toBeGreaterThan(band.top);
    expect(held.bottom).toBeLessThan(band.bottom);
    const sent = await drawn(page, `${at} .token.sent`);
    const old = sent.filter(({ text }) => Number(text) === write.token);
    expect(old).toHaveLength(1);
    expect(sent.length).toBeGreaterThan(1);
    expect(old[0]?.bottom).toBeLessThan(band.top);
    await page.close();
  });

  it("shows how much longer a claim lasts than its lease where a clock is too slow, and the margin where it holds", async () => {
    const page = await opened("#lesson=clocks", WIDE);
    await page.keyboard.press("b");
    for (const run of [0, 1]) {
      const picture = runOf("clocks", run);
      const life = picture.leases.find(({ end, owner }) => end === "expired" && owner === "A");
      const served = picture.lanes
        .get("A")
        ?.bands.findLast(({ from, standing }) => standing === "active" && from < (life?.to ?? 0));
      if (life === undefined || served === undefined) throw new Error("no lease runs out");
      const gap = life.to - served.to;
      const at = `.run-part:nth-of-type(${run + 1})`;
      const words = gap < 0 ? `${lengthText(-gap)} too long` : `margin ${lengthText(gap)}`;
      const strip = page.locator(`${at} .overview`);
      await strip.waitFor();
      const box = await strip.boundingBox();
      await strip.click({ position: { x: ((box?.width ?? 0) * served.to) / picture.run.untilMs, y: 8 } });
      await expect
        .poll(async () => (await drawn(page, `${at} .margin-text`)).map(({ text }) => text))
        .toContain(words);
      const [margin] = await drawn(page, `${at} .margin`);
      const [active] = await drawn(page, `${at} .band.active`);
      const edge = gap < 0 ? margin?.right : margin?.left;
      expect(edge).toBeCloseTo(active?.right ?? 0, 0);
    }
    await page.close();
  });

  it.each(["alone", "watch", "fencing"])(
    "begins the lesson %s with those who take part, as they stand before its first fault",
    async (id) => {
      const setup = lessons.find((lesson) => lesson.id === id)?.runs[0].setup;
      if (setup === undefined) throw new Error(`no run of ${id}`);
      const picture = pictureOf(recorded(rootHeader({ ...setup, decisions: [] })));
      const at = Math.min(...setup.scenario.faults.map(({ atMs }) => atMs)) - 1;
      const all = nowAt(picture, atInstant(picture, at)).coordinators;
      const stands = all.slice(0, 2);
      expect(stands.map(({ standing }) => standing)).toContain("active");
      const page = await opened(`#lesson=${id}`, WIDE);
      await expect
        .poll(async () => (await drawn(page, ".cast .scene-standing")).map(({ text }) => text.slice(2)))
        .toEqual(stands.map(({ standing }) => STANDING_NAMES[standing]));
      expect((await drawn(page, ".cast .scene-name")).map(({ text }) => text)).toEqual(
        stands.map(({ name }) => name),
      );
      expect((await drawn(page, ".cast .scene-key"))[0]?.text.trim()).toBe("active key: A");
      // Those for whom there is no room are named.
      const caption = (await page.textContent(".cast figcaption")) ?? "";
      for (const { name, standing } of all) expect(caption).toContain(`${name}: ${STANDING_NAMES[standing]}`);
      // Beside the words, before anything is asked.
      const [cast] = await drawn(page, ".cast svg");
      const [prose] = await drawn(page, ".opening .prose");
      expect(cast?.left).toBeGreaterThan(prose?.right ?? Infinity);
      expect(cast?.bottom).toBeLessThan(WIDE.viewport.height);
      await page.close();
    },
  );
});
