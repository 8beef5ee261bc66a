import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import axe from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportTrace } from "../../src/export/index.ts";
import type { TraceLine } from "../../src/trace/format.ts";
import { describeWith } from "../helpers/require.ts";
import { readProjectFile } from "../helpers/repository.ts";
import { broken, hostile, recorded, HOSTILE } from "./recorded.ts";
import { builtInNamed } from "../../src/scenario-file/built-in.ts";
import { cases } from "../../properties/arbitraries.ts";
import { recordings, runOf } from "../evidence/print-run.ts";
import { shipped } from "../../models/variant.ts";

const page = readProjectFile("dist/web/replay.html");

describe("the HTML export", () => {
  it("is one file that names no other", () => {
    const text = exportTrace("html", broken(), { page: () => page });
    expect(text).not.toMatch(/\b(?:src|href)="(?!data:)/u);
    expect(text).not.toMatch(/@import|url\((?!#)/u);
    expect(text).not.toContain("/*script*/");
    expect(text).not.toContain("<!--trace-->");
  });

  it("carries the trace unharmed, whatever its title", () => {
    const lines = hostile();
    const text = exportTrace("html", lines, { page: () => page });
    const [, data = ""] = /<script type="application\/json" id="trace">(.*?)<\/script>/su.exec(text) ?? [];
    expect(JSON.parse(data)).toEqual(lines);
  });

  it("needs a page with places for title and trace", () => {
    expect(() => exportTrace("html", broken())).toThrow("needs the built page");
    expect(() => exportTrace("html", broken(), { page: () => "<html></html>" })).toThrow("no place");
  });

  it("stays under 60 kB of page without the trace, as it is sent and stored", () => {
    expect(gzipSync(page).length).toBeLessThan(60_000);
  });
});

describeWith("chromium", "the page, opened from disk in a browser,", (executablePath) => {
  const folder = mkdtempSync(join(tmpdir(), "leasehold-page-"));
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function opened(
    lines: readonly TraceLine[],
    given: {
      readonly colorScheme?: "dark" | "light";
      readonly width?: number;
      readonly hash?: string;
      readonly bypassCSP?: boolean;
    } = {},
  ): Promise<Page> {
    const file = join(folder, "page.html");
    writeFileSync(file, exportTrace("html", lines, { page: () => page }));
    const tab = await browser.newPage({
      // The page's own policy lets no script in; the tests' may.
      bypassCSP: given.bypassCSP ?? false,
      viewport: { width: given.width ?? 1280, height: 800 },
      colorScheme: given.colorScheme ?? "light",
    });
    complaints.length = 0;
    tab.on("console", (message) => complaints.push(message.text()));
    tab.on("pageerror", (error) => complaints.push(error.message));
    tab.on("request", (request) => {
      if (!request.url().startsWith("file:") && !request.url().startsWith("data:"))
        complaints.push(request.url());
    });
    await tab.goto(`${pathToFileURL(file).href}${given.hash ?? ""}`);
    return tab;
  }

  const clock = (tab: Page): Promise<string> => tab.locator(".clock").innerText();
  const eventNumber = async (tab: Page): Promise<number> =>
    Number(/event (\d+)/u.exec(await clock(tab))?.[1]);

  it("opens at the violation and says what broke, without a word on the console and without a request", async () => {
    const lines = broken();
    const tab = await opened(lines);
    expect(await tab.locator(".verdict").innerText()).toBe("✕ single-active violated");
    expect(await tab.locator(".said").innerText()).toContain(
      "single-active violated; told from the whole run: ",
    );
    expect(await tab.locator(".card.active").count()).toBe(2);
    expect(await tab.locator(".diagram .broken-mark").count()).toBe(1);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  it("shows no verdict of a recording that nobody judged, and no etcd that was not recorded", async () => {
    const [given] = fc.sample(cases({ faults: false }), { numRuns: 1, seed: 1 });
    if (given === undefined) throw new Error("no case was generated");
    const [own = []] = recordings(runOf(given, shipped)).values();
    const tab = await opened(own.map((line) => JSON.parse(line) as TraceLine));
    expect(await tab.locator(".verdict").innerText()).toMatch(/^\? not judged/u);
    expect(await tab.locator(".verdict.good").count()).toBe(0);
    expect(await tab.locator(".diagram .holds, .diagram .etcd, .etcd-name, .verdict-name").count()).toBe(0);
    expect(await tab.locator(".panels .store").count()).toBe(0);
    expect(await tab.locator(".panels .card").count()).toBe(1);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  it("steps forward and back by keys, and back to where it was", async () => {
    const tab = await opened(broken());
    await tab.keyboard.press("Home");
    expect(await clock(tab)).toMatch(/^0\.000 s · event 0 /u);
    await tab.keyboard.press("ArrowRight");
    await tab.keyboard.press("ArrowRight");
    const [said, panels] = [await tab.locator(".said").innerText(), await tab.locator(".panels").innerHTML()];
    expect(await eventNumber(tab)).toBe(2);
    await tab.keyboard.press("ArrowRight");
    expect(await tab.locator(".said").innerText()).not.toBe(said);
    await tab.keyboard.press("ArrowLeft");
    expect(await tab.locator(".said").innerText()).toBe(said);
    expect(await tab.locator(".panels").innerHTML()).toBe(panels);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  it("goes from one change of role to the next and before, to the violation, to both ends", async () => {
    const tab = await opened(broken());
    const last = await clock(tab);
    await tab.keyboard.press("Home");
    for (const at of ["0.000", "0.016", "0.020", "0.050", "0.066", "0.074"]) {
      await tab.keyboard.press("Shift+ArrowRight");
      expect(await clock(tab)).toMatch(new RegExp(`^${at} s`, "u"));
    }
    expect(await tab.locator(".card.active h2").allInnerTexts()).toEqual([
      expect.stringContaining("rootcoord-a"),
    ]);
    await tab.keyboard.press("Shift+ArrowLeft");
    expect(await clock(tab)).toMatch(/^0\.066 s/u);
    await tab.keyboard.press("v");
    expect(await clock(tab)).toBe(last);
    await tab.keyboard.press("End");
    await tab.keyboard.press("ArrowRight");
    expect(await tab.locator(".said").innerText()).toContain("violated");
    expect(complaints).toEqual([]);
    await tab.close();
  });

  it("plays, pauses and changes speed", async () => {
    const tab = await opened(broken());
    await tab.keyboard.press("Home");
    await tab.keyboard.press(".");
    expect(await tab.locator(".pace").innerText()).toBe("2×");
    await tab.keyboard.press("Space");
    await tab.locator(".clock", { hasText: /event (?:[4-9]|\d\d)/u }).waitFor();
    await tab.keyboard.press("Space");
    const here = await clock(tab);
    await tab.evaluate("new Promise(requestAnimationFrame)");
    expect(await clock(tab)).toBe(here);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  it("finds events by text, lists turning points, and shows the key table at the event chosen", async () => {
    const tab = await opened(broken());
    await tab.keyboard.press("/");
    await tab.keyboard.type("reply to campaign: done");
    expect(await tab.locator("#found").innerText()).toMatch(/^\d+ found$/u);
    await tab.keyboard.press("Home");
    await tab.keyboard.press("Enter");
    const chosen = tab.locator(".event.here");
    expect(await chosen.innerText()).toContain("reply to campaign: done");
    await tab.keyboard.press("Escape");
    await tab.locator("#search").fill("");
    await tab.keyboard.press("Escape");
    await tab.keyboard.press("f");
    expect(await tab.locator("#turns").isChecked()).toBe(true);
    await tab.keyboard.press("v");
    expect(await tab.locator(".panels tbody tr").count()).toBeGreaterThan(3);
    expect(await tab.locator(".panels tbody").innerText()).toContain("session/rootcoord");
    expect(complaints).toEqual([]);
    await tab.close();
  });

  it("follows the pointer: a click in the list, in the diagram, in the strip above", async () => {
    const tab = await opened(broken());
    const last = await eventNumber(tab);
    await tab.locator(".event").first().click();
    const chosen = await eventNumber(tab);
    expect(chosen).toBeLessThan(last);
    await tab.keyboard.press("Home");
    await tab.locator(".diagram").click({ position: { x: 200, y: 120 } });
    expect(await eventNumber(tab)).toBeGreaterThan(1);
    await tab.locator(".overview").click({ position: { x: 1, y: 8 } });
    expect(await clock(tab)).toMatch(/^0\.\d+ s/u);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  it("is led to an event by its address", async () => {
    const tab = await opened(broken(), { hash: "#n=17" });
    expect(await eventNumber(tab)).toBe(17);
    await tab.keyboard.press("ArrowRight");
    expect(tab.url()).toMatch(/#n=18$/u);
    await tab.close();
  });

  it("is light or dark as the system is, and the other on demand", async () => {
    const ground = (tab: Page): Promise<unknown> =>
      tab.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await opened(broken());
    const dark = await opened(broken(), { colorScheme: "dark" });
    const [bright, dim] = [await ground(light), await ground(dark)];
    expect(bright).not.toBe(dim);
    await light.keyboard.press("t");
    expect(await ground(light)).toBe(dim);
    await dark.keyboard.press("t");
    expect(await ground(dark)).toBe(bright);
    await dark.close();
    await light.close();
  });

  it("shows help, which names every key, and closes it", async () => {
    const tab = await opened(broken());
    await tab.keyboard.press("?");
    expect(await tab.locator("#help").isVisible()).toBe(true);
    expect(await tab.locator("#help kbd").count()).toBe(20);
    await tab.keyboard.press("Escape");
    expect(await tab.locator("#help").isVisible()).toBe(false);
    await tab.close();
  });

  it.each([
    ["light", 1280, ""],
    ["dark", 1280, ""],
    ["light", 390, ""],
    ["dark", 1280, "?"],
  ] as const)("leaves axe nothing to complain of: %s, %d px wide %s", async (colorScheme, width, key) => {
    const tab = await opened(broken(), { colorScheme, width, bypassCSP: true });
    if (key !== "") await tab.keyboard.press(key);
    await tab.evaluate(axe.source);
    const { violations } = (await tab.evaluate("axe.run()")) as axe.AxeResults;
    expect(violations.map(({ help, nodes }) => `${help}: ${nodes[0]?.html}`)).toEqual([]);
    await tab.close();
  });

  it("fits a narrow screen without scrolling sideways", async () => {
    const tab = await opened(broken(), { width: 360 });
    expect(await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  it("shows a hostile title as the text that it is", async () => {
    const tab = await opened(hostile());
    expect(await tab.locator("h1").innerText()).toContain("</script><b>");
    expect(await tab.title()).toContain(HOSTILE.slice(0, 14));
    expect(complaints).toEqual([]);
    await tab.close();
  });

  it("opens where somebody first serves if nothing broke", async () => {
    const scenario = builtInNamed("walk")?.scenario;
    if (scenario === undefined) throw new Error("no walk");
    const tab = await opened(recorded({ scenario, variant: shipped }));
    expect(await clock(tab)).toMatch(/^0\.074 s/u);
    expect(await tab.locator("[data-command=violation]").count()).toBe(0);
    expect(complaints).toEqual([]);
    await tab.close();
  });
});
