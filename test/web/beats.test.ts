/** Where a lesson's run stops while it plays: what is said there is what the run shows, and it is in view. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../properties/catalogue.ts";
import { describeWith } from "../helpers/require.ts";
import { lessons } from "../../src/teach/lessons/index.ts";
import { beatAfter, beatsOf, type Beat } from "../../src/web/beats.ts";
import { pictureOf, type Picture } from "../../src/web/picture.ts";
import { clockText } from "../../src/web/markup.ts";
import { recorded } from "../../src/web/teach/recorder.ts";
import { rootHeader } from "../../src/web/teach/tree.ts";
import { servePages } from "./served-pages.ts";

function beatsIn(id: string, run: number): { picture: Picture; beats: readonly Beat[] } {
  const its = lessons.find((lesson) => lesson.id === id)?.runs[run];
  if (its === undefined) throw new Error(`no run ${run} of ${id}`);
  const picture = pictureOf(recorded(rootHeader({ ...its.setup, decisions: [] })));
  return { picture, beats: beatsOf(picture, its.fromMs ?? 0, its.untilMs ?? picture.run.untilMs) };
}

describe("the beats of a run", () => {
  it.each(lessons.flatMap(({ id, runs }) => runs.map((_, run) => [id, run] as const)))(
    "of lesson %s, run %d, are one to five, in order, each at an instant of its own",
    (id, run) => {
      const { beats } = beatsIn(id, run);
      expect(beats.length).toBeGreaterThan(0);
      expect(beats.length).toBeLessThanOrEqual(5);
      expect(beats.map(({ at }) => at)).toEqual(
        [...new Set(beats.map(({ at }) => at))].toSorted((a, b) => a - b),
      );
      let before = -1;
      for (let beat = beatAfter(beats, before); beat !== undefined; beat = beatAfter(beats, before)) {
        expect(beat.at).toBeGreaterThan(before);
        before = beat.at;
      }
      expect(before).toBe(beats.at(-1)?.at);
    },
  );

  it("say what is decisive: two at once, the write at the gate, the promise that breaks", () => {
    const said = (id: string, run: number): string =>
      beatsIn(id, run)
        .beats.map(({ text }) => text)
        .join("\n");
    expect(said("clocks", 0)).toMatch(/A and B serve at once, for 1\.4 s/u);
    expect(said("fencing", 0)).toMatch(/✕ A's write under token 4 is let in: 11 is out already/u);
    expect(said("pause", 0)).toMatch(/at once/u);
    expect(said("fencing", 1)).not.toMatch(/at once|✕/u);
    expect(said("fencing", 1)).toMatch(/token 4 is refused/u);
    expect(said("lease", 0)).toMatch(/KILLED|serves/u);
    expect(said("dead-king", 0)).toMatch(
      /✕ Nobody has served rootcoord for 63\.062 s, since A's crash at 61\.000 s/u,
    );
  });

  it("name no promise, but say what became of it", () => {
    const names = catalogue.map(({ name }) => name).filter((name) => name.includes("-"));
    expect(names.length).toBeGreaterThan(10);
    let broken = 0;
    for (const { id, runs } of lessons)
      for (const run of runs.keys()) {
        const { beats, picture } = beatsIn(id, run);
        const said = beats.map(({ text }) => text).join("\n");
        expect(names.filter((name) => said.includes(name))).toEqual([]);
        broken += picture.breaches.filter(({ at }) =>
          beats.some((beat) => beat.at === at && beat.text.startsWith("✕")),
        ).length;
      }
    expect(broken).toBeGreaterThan(5);
  });

  it("tell once what happens again and again, and so have room for what led to it", () => {
    const texts = beatsIn("milvus", 1).beats.map(({ text }) => text);
    expect(texts.filter((text) => text.includes("let in"))).toHaveLength(1);
    expect(texts.join("\n")).toContain("an operator deletes the active key");
  });
});

describeWith("chromium", "a lesson's run that is told", (executablePath) => {
  const { opened } = servePages(executablePath);

  /** Whether the whole of it is in the window, with nothing before its middle. */
  async function seen(page: Page, within: string): Promise<boolean> {
    const box = await page.locator(`.run-part >> nth=0`).locator(within).boundingBox();
    const height = page.viewportSize()?.height ?? 0;
    if (box === null || box.y < 0 || box.y + box.height > height) return false;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    return page.evaluate(`document.elementFromPoint(${x}, ${y}).closest("${within}") !== null`);
  }

  it.each([
    [1440, 900],
    [1024, 768],
    [390, 844],
  ])(
    "moves with the text that is read, claim and drawing both in view, %d px wide",
    async (width, height) => {
      const { beats } = beatsIn("clocks", 0);
      const page = await opened("#lesson=clocks", { viewport: { width, height }, reducedMotion: "reduce" });
      await page.keyboard.press("b");
      const run = page.locator(".run-part").first();
      await run.locator(".clock").waitFor();
      for (const [index, { at, text }] of beats.entries()) {
        await run
          .locator(".beats li")
          .nth(index)
          .evaluate((line) => line.scrollIntoView());
        await expect.poll(() => run.locator(".clock").textContent()).toContain(clockText(at));
        const current = run.locator(".beats [aria-current]");
        expect(await current.textContent()).toBe(`${clockText(at)} ${text}`);
        expect(await seen(page, ".beats [aria-current]")).toBe(true);
        expect(await seen(page, ".stage")).toBe(true);
        const [stage, cursor] = await Promise.all(
          [".scroll", ".diagram .cursor"].map((part) => run.locator(part).boundingBox()),
        );
        expect(cursor?.x).toBeGreaterThan(stage?.x ?? Number.NaN);
        expect(cursor?.x).toBeLessThan((stage?.x ?? 0) + (stage?.width ?? 0));
      }
      await page.close();
    },
  );

  it("stops at each beat while it plays, and its line is where it is read", async () => {
    const { beats } = beatsIn("clocks", 0);
    const page = await opened("#lesson=clocks", { viewport: { width: 390, height: 844 } });
    await page.keyboard.press("b");
    const run = page.locator(".run-part").first();
    await run.locator(".clock").waitFor();
    for (let times = 0; times < 3; times++) await page.keyboard.press(".");
    for (const { at, text } of beats) {
      await run.locator("[data-command=play]").click();
      await expect
        .poll(() => run.locator("[data-command=play]").getAttribute("aria-label"), { timeout: 20_000 })
        .toBe("play");
      expect(await run.locator(".clock").textContent()).toContain(clockText(at));
      const current = run.locator(".beats [aria-current]");
      expect(await current.textContent()).toBe(`${clockText(at)} ${text}`);
      expect(await seen(page, ".beats [aria-current]")).toBe(true);
    }
    await page.close();
  });
});
