/** Five sizes of type, on every page and whatever is unfolded there. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeWith } from "../helpers/require.ts";
import { readProjectFile } from "../helpers/repository.ts";
import { exportTrace } from "../../src/export/index.ts";
import { lessons } from "../../src/teach/lessons/index.ts";
import { recorded } from "../../src/web/teach/recorder.ts";
import { rootHeader } from "../../src/web/teach/tree.ts";
import { servePages } from "./served-pages.ts";

/** As the style sheet names them, in pixels. */
const NAMED = `["mark", "note", "text", "lead", "title"].map((name) =>
  getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim())`;

/** The sizes in which something is written that can be seen, with all that is folded unfolded, and an element of each. */
const WRITTEN = `(() => {
  for (const part of document.querySelectorAll("details")) part.open = true;
  document.querySelector("#help").show();
  const met = {};
  for (const element of document.querySelectorAll("body *")) {
    if (!element.checkVisibility()) continue;
    const says = [...element.childNodes].some(({ data, nodeType }) => nodeType === Node.TEXT_NODE && data.trim() !== "");
    if (says || element.matches("select, textarea, input:not([type=radio], [type=checkbox], [type=file])"))
      met[getComputedStyle(element).fontSize] ??= element.outerHTML.slice(0, 80);
  }
  return met;
})()`;

/** Elements of other sizes than the five. Unfolded parts are drawn when they are looked at again. */
async function strangers(page: Page): Promise<Readonly<Record<string, string>>> {
  const named = await page.evaluate<string[]>(NAMED);
  expect(new Set(named.filter((size) => /^\d+px$/u.test(size))).size).toBe(5);
  await page.evaluate(WRITTEN);
  await page.waitForTimeout(300);
  const met = await page.evaluate<Record<string, string>>(WRITTEN);
  expect(Object.keys(met).length).toBeGreaterThan(2);
  return Object.fromEntries(Object.entries(met).filter(([size]) => !named.includes(size)));
}

const WIDTHS = [1440, 390] as const;

describeWith("chromium", "type", (executablePath) => {
  const { browser, opened } = servePages(executablePath);

  it.each(
    WIDTHS.flatMap((width) =>
      (
        [
          ["", ".scene-name"],
          ["#lesson=ttl", ".own-words"],
          ["#lesson=fencing", ".exercise .option"],
          ["#play", ".first .diagram .cursor"],
          ["#play&game", ".first .clock"],
        ] as const
      ).map(([hash, ready]) => [hash, ready, width] as const),
    ),
  )("is of five sizes at %s (%s), %d px wide", async (hash, ready, width) => {
    const page = await opened(hash, { viewport: { width, height: 900 } });
    if (hash.startsWith("#lesson")) await page.keyboard.press("a");
    await page.locator(ready).first().waitFor({ state: "attached" });
    expect(await strangers(page)).toEqual({});
    // What is found is found: another size is one too many.
    await page.evaluate(
      `document.querySelector("main").insertAdjacentHTML("beforeend", "<p style='font-size:13px'>odd</p>")`,
    );
    expect(Object.keys(await strangers(page))).toEqual(["13px"]);
    await page.close();
  });

  it.each(WIDTHS)("is of five sizes on an exported page, %d px wide", async (width) => {
    const setup = lessons.find(({ id }) => id === "pause")?.runs[0]?.setup;
    if (setup === undefined) throw new Error("no run");
    const lines = recorded(rootHeader({ ...setup, decisions: [] }));
    const text = exportTrace("html", lines, { page: () => readProjectFile("dist/web/replay.html") });
    const page = await browser().newPage({ viewport: { width, height: 900 } });
    await page.setContent(text);
    await page.locator(".diagram .cursor").waitFor({ state: "attached" });
    expect(await strangers(page)).toEqual({});
    await page.close();
  });
});
