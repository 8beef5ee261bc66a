/** The teaching pages in a real browser, served by the command. */
import { writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { Fault } from "../../src/simulation/fault.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { readAnswer } from "../../src/teach/answer.ts";
import { lessons } from "../../src/teach/lessons/index.ts";
import { clockText } from "../../src/web/markup.ts";
import { FAULT_FORMS, formOf } from "../../src/web/teach/faults.ts";
import { writeAddress } from "../../src/web/teach/address.ts";
import { recorded } from "../../src/web/teach/recorder.ts";
import { rootHeader, treeOf } from "../../src/web/teach/tree.ts";
import { describeWith } from "../helpers/require.ts";
import { servePages } from "./served-pages.ts";

describeWith("chromium", "the teaching pages", (executablePath) => {
  const { base, browser, bundle, opened } = servePages(executablePath);

  /** To another address of the open page, and until `seen` stands there. */
  async function go(page: Page, hash: string, seen: string): Promise<void> {
    await page.goto(`${base()}${hash}`);
    await page.locator(seen).waitFor();
  }

  async function fill(page: Page, fault: Fault): Promise<void> {
    if ("on" in fault) await page.check(`.interfere input[name=target][value="${fault.on}"]`);
    const form = page.locator(`[data-form=${fault.type}]`);
    if (!(await form.isVisible())) await page.click(".more-faults summary");
    await form.click();
    const values = fault as unknown as Readonly<Record<string, unknown>>;
    for (const field of formOf(fault.type).fields) {
      const value = values[field.name];
      const place = `form[data-type=${fault.type}] [name=${field.name}]`;
      if (field.type === "flag") await page.setChecked(place, value === true);
      else if (field.type === "choice") await page.selectOption(place, String(value ?? ""));
      else {
        const shown = field.type === "span" ? Number(value) / 1000 : Number(value);
        await page.fill(place, value === undefined ? "" : String(shown));
      }
    }
    await page.click(`form[data-type=${fault.type}] button[type=submit]`);
  }

  it.each(lessons)("lesson $id is completed", async ({ choices, exercise, id }) => {
    const reading = readAnswer(exercise, exercise.solution);
    if (reading.type !== "ok") throw new Error("the solution cannot be read");
    const { answer } = reading;
    const right = choices.findIndex((choice) => choice.right);
    const page = await opened(`#lesson=${id}`);
    await page.click(`[data-predict="${right}"]`);
    await expect.poll(() => page.textContent(".met")).toContain("Right.");
    if (answer.type === "fault" && exercise.type === "fault") {
      const [fault] = answer.faults;
      if (fault === undefined) throw new Error("no fault");
      const tree = treeOf(exercise.setup.variant, exercise.setup.scenario);
      const cursor = { n: 0, at: fault.atMs };
      const sight = { predicted: right, tried: { tree, run: 0, cursor } };
      const when = `.when:text-is("at ${clockText(fault.atMs)}")`;
      await go(page, writeAddress({ type: "lesson", id, sight }), when);
      await fill(page, fault);
    } else if (answer.type === "choice") await page.check(`input[name=answer][value="${answer.option}"]`);
    else if (answer.type === "number") await page.fill("input[name=answer]", String(answer.value));
    await page.click(".answer button[type=submit]");
    await expect.poll(() => page.textContent(".result")).toContain("Passed.");
    await expect.poll(() => page.textContent(".end")).toMatch(/Next|playground/u);
    await go(page, "#", ".home");
    await expect.poll(() => page.textContent(".foot")).toContain("1 of 14 passed");
    await page.close();
  });

  it("a wrong answer is met with the run that shows why", async () => {
    const page = await opened("#lesson=fencing");
    await page.click('[data-predict="1"]');
    await expect.poll(() => page.textContent(".met")).toContain("Not what happens");
    await page.check("input[name=answer][value='0']");
    await page.click(".answer button[type=submit]");
    await expect.poll(() => page.textContent(".result")).toContain("Not yet.");
    await expect.poll(() => page.textContent(".shown .transport")).toContain("fencing violated");
    await page.close();
  });

  it.each(FAULT_FORMS.filter(({ several }) => several !== true))(
    "$type is injected by a click, as a fork",
    async ({ type }) => {
      const page = await opened("#play");
      const button = page.locator(`[data-inject=${type}]`);
      if (!(await button.isVisible())) await page.click(".more-faults summary");
      await button.click();
      await expect.poll(() => page.locator(".tree .run").count()).toBe(2);
      await expect.poll(() => page.textContent(".tree .current")).toContain("run 2");
      await expect
        .poll(() => page.textContent(".said"))
        .toMatch(/fault|operator says stop|service is of no use/u);
      await page.close();
    },
  );

  it("a message on its way is dropped, and the link shows exactly the same", async () => {
    const page = await opened("#play");
    const flying = page.locator("[data-blow=drop]");
    while ((await flying.count()) === 0) await page.keyboard.press("ArrowRight");
    await flying.first().click();
    await expect.poll(() => page.textContent(".tree .current")).toContain("will lose");
    await page.keyboard.press("g");
    await page.locator(".comparison").waitFor();
    const link = await linkTo(page);
    const seen = async (one: Page): Promise<unknown[]> => [
      await one.locator(".comparison").textContent(),
      await one.textContent(".first .clock"),
      await one.textContent(".tree"),
      await one.textContent(".first .panels"),
      await one.textContent(".comparison"),
    ];
    const other = await opened(link.slice(link.indexOf("#")));
    expect(await seen(other)).toEqual(await seen(page));
    expect(await seen(other)).not.toContain(null);
    await other.close();
    await page.close();
  });

  /** The middle of the line of the last request that is whole in view, on the screen. */
  async function lineOfMessage(page: Page): Promise<{ x: number; y: number }> {
    await page.locator(".first .message.request").first().waitFor({ state: "attached" });
    await page.locator(".first .scroll").scrollIntoViewIfNeeded();
    return await page.evaluate(`(() => {
      const { left, top, width } = document.querySelector(".first .diagram").getBoundingClientRect();
      const lines = document.querySelector(".first .message.request path").getAttribute("d").split("M");
      const ends = lines.map((line) => line.split(/[ L]/u).map(Number));
      const [x1, y1, x2, y2] = ends.findLast(([from, , to]) => from > 0 && to < width);
      return { x: left + (x1 + x2) / 2, y: top + (y1 + y2) / 2 };
    })()`);
  }

  async function linkTo(page: Page): Promise<string> {
    await page.click("#share");
    await page.locator("#notice").waitFor();
    return page.url();
  }

  it("a message is struck by a click on its line, with the same fork as from the list", async () => {
    const page = await opened("#play");
    const { x, y } = await lineOfMessage(page);
    await page.mouse.move(x + 3, y);
    await page.locator(".first .message.pointed").first().waitFor({ state: "attached" });
    await page.mouse.click(x + 3, y);
    const menu = page.locator(".message-menu");
    expect(await menu.textContent()).toMatch(/ request rootcoord-. → etcd/u);
    await page.keyboard.press("Escape");
    expect(await menu.isVisible()).toBe(false);
    const other = await opened(new URL(await linkTo(page)).hash);
    await page.keyboard.press("w");
    await page.keyboard.press("Enter");
    const drop = await menu.locator("[data-blow=drop]").getAttribute("aria-label");
    await menu.locator("[data-blow=drop]").click();
    await other
      .locator(".flying-now")
      .getByLabel(drop ?? "", { exact: true })
      .click();
    await expect.poll(() => page.textContent(".tree .current")).toContain("will lose");
    expect(await linkTo(page)).toBe(await linkTo(other));
    await other.close();
    await page.close();
  });

  it("a message is delayed by keys alone", async () => {
    const page = await opened("#play");
    await page.keyboard.press("w");
    await page.keyboard.press("Enter");
    expect(await page.locator(".message-menu").isVisible()).toBe(false);
    while ((await page.locator(".flying-now").count()) === 0) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("w");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.textContent(".tree .current")).toContain("late");
    expect(await page.locator(".message-menu").isVisible()).toBe(false);
    await page.close();
  });

  it("a finger strikes a message too, where a mouse would miss it", async () => {
    const page = await opened("#play", { hasTouch: true, viewport: { width: 390, height: 844 } });
    const { x, y } = await lineOfMessage(page);
    await page.touchscreen.tap(x + 8, y);
    await page.locator(".message-menu [data-blow=drop]").tap();
    await expect.poll(() => page.textContent(".tree .current")).toContain("will lose");
    await page.close();
  });

  it("everything is reached by keys alone", async () => {
    const page = await opened("#lesson=alone");
    const { choices } = lessons[0] as (typeof lessons)[number];
    await page.keyboard.press("abc"[choices.findIndex((choice) => choice.right)] as string);
    await go(page, "#play", ".playground");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("2");
    await page.keyboard.press("p");
    await expect.poll(() => page.textContent(".tree .current")).toContain("rootcoord-b stands still");
    await page.keyboard.press("u");
    await expect.poll(() => page.textContent(".tree .current")).toContain("run 1");
    await page.keyboard.press("e");
    await page.keyboard.press("g");
    await page.locator(".first .diagram .ghost").first().waitFor({ state: "attached" });
    expect(await page.locator(".viewer").count()).toBe(1);
    await page.keyboard.press("Home");
    await expect.poll(() => page.textContent(".first .clock")).toContain("0.000 s");
    await page.keyboard.press("End");
    await page.keyboard.press("t");
    expect(await page.getAttribute("html", "data-theme")).not.toBeNull();
    await page.keyboard.press("?");
    expect(await page.locator("#help").isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.locator("#help").isVisible()).toBe(false);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.tagName")).not.toBe("BODY");
    await page.close();
  });

  it("an address that is gone to is not overwritten by the one that was still to be written", async () => {
    const page = await browser().newPage();
    await page.addInitScript(`{
      const due = [];
      window.setTimeout = (act) => due.push(act);
      window.passTime = () => { for (const act of due.splice(0)) act(); };
    }`);
    await page.goto(`${base()}#lesson=alone`);
    await page.keyboard.press("a");
    // In one task: the page cannot have heard of the new address when its own falls due.
    await page.evaluate('location.hash = "#play"; passTime();');
    await page.locator(".playground").waitFor();
    expect(page.url()).toMatch(/#play$/u);
    await page.close();
  });

  it("the strip is dragged, and everything follows while it is held, every time", async () => {
    const page = await opened("#play");
    const strip = await page.locator(".first .overview").boundingBox();
    if (strip === null) throw new Error("no strip");
    const y = strip.y + strip.height / 2;
    await page.mouse.click(strip.x + 20, y);
    for (const part of [0.5, 0.7]) {
      await page.mouse.move(strip.x + 30, y);
      await page.mouse.down();
      await page.mouse.move(strip.x + strip.width * part, y);
      const seconds = String(Math.floor(300 * part));
      await expect.poll(() => page.textContent(".first .clock")).toContain(seconds);
      await expect.poll(() => page.textContent(".when")).toContain(seconds);
      await expect.poll(() => page.textContent(".first .panels")).toContain(seconds);
      await page.mouse.up();
    }
    await page.close();
  });

  it("it plays, and stops at the end", async () => {
    const page = await opened("#play");
    const clock = page.locator(".first .clock");
    const before = await clock.textContent();
    await page.keyboard.press(" ");
    await expect.poll(() => clock.textContent()).not.toBe(before);
    await page.keyboard.press(" ");
    expect(await page.getAttribute(".first [data-command=play]", "aria-label")).toBe("play");
    await page.close();
  });

  it("a dropped trace is opened, and what is none says why", async () => {
    const its = scenario({
      title: "from elsewhere",
      horizonMs: 90_000,
      coordinators: coordinators("querycoord", 3),
    });
    const lines = recorded(rootHeader({ variant: "shipped", scenario: its, decisions: [] }));
    const text = lines.map((line) => JSON.stringify(line)).join("\n");
    const page = await opened();
    const drop = (name: string, content: string): Promise<void> =>
      page.evaluate(`{
        const data = new DataTransfer();
        data.items.add(new File([${JSON.stringify(content)}], ${JSON.stringify(name)}));
        document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
      }`);
    await drop("notes.txt", "hello");
    await expect
      .poll(() => page.textContent("#notice"))
      .toContain("notes.txt cannot be opened: line 1: not a line of JSON");
    await drop(
      "cut.jsonl",
      lines
        .slice(0, 40)
        .map((line) => JSON.stringify(line))
        .join("\n"),
    );
    await expect
      .poll(() => page.textContent("#notice"))
      .toBe(
        "cut.jsonl cannot be opened: line 41: the end line is missing after event 39. The file was cut; record it again, or ask for the whole file.",
      );
    expect(await page.locator(".diagram").count()).toBe(0);
    await drop("run.jsonl", text);
    await expect.poll(() => page.textContent("main h2")).toContain("from elsewhere");
    await expect.poll(() => page.textContent("#notice")).toContain("as it was recorded.");
    await expect.poll(() => page.textContent(".names")).toContain("querycoord-c");
    await page.keyboard.press("k");
    await expect.poll(() => page.locator(".tree .run").count()).toBe(2);
    await page.close();
  });

  it("a link that cannot be followed says why and leads home", async () => {
    const page = await opened("#play&s=nonsense");
    await expect.poll(() => page.textContent("#notice")).toContain("cannot be followed");
    await expect.poll(() => page.locator(".lessons li").count()).toBe(lessons.length);
    await page.close();
  });

  it.each([
    ["the list", "", "light"],
    ["the list", "", "dark"],
    ["two at once", "#lesson=clocks", "light"],
    ["two at once", "#lesson=clocks", "dark"],
    ["the playground", "#play", "light"],
    ["the playground", "#play", "dark"],
    ["a lesson", "#lesson=lease", "light"],
    ["a lesson with numbers", "#lesson=ttl", "light"],
    ["a lesson with numbers", "#lesson=ttl", "dark"],
  ] as const)(
    "%s%s, %s, has no accessibility fault that can be found automatically",
    async (_, hash, colorScheme) => {
      const page = await opened(hash, { colorScheme });
      if (hash.startsWith("#lesson")) {
        await page.keyboard.press("a");
        await page.locator(".run-part .clock").first().waitFor();
      }
      if (hash === "") {
        await page.locator(".kill[aria-disabled=false]").click();
        await expect.poll(() => page.textContent(".after-scene"), { timeout: 20_000 }).toContain("Why");
      }
      if (hash === "#play") {
        await page.keyboard.press("k");
        await page.keyboard.press("g");
        await page.locator(".first .ghost").first().waitFor({ state: "attached" });
        await page.click("[data-form=pause]");
      }
      await page.evaluate(`window.module = undefined; ${axe.source}`);
      // What dark changes is its colours.
      const rules = colorScheme === "dark" ? { runOnly: ["color-contrast"] } : {};
      const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(rules)})`)) as AxeResults;
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`),
      );
      expect(found).toEqual([]);
      await page.close();
    },
  );

  it("nothing is wider than a narrow screen", async () => {
    const page = await opened("#play", { viewport: { width: 360, height: 740 } });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    await page.close();
  });

  it("stays under 150 kB of script gzipped, engine and lessons included", () => {
    const [script = ""] = /<script>.*<\/script>/su.exec(bundle()) ?? [];
    expect(script.length).toBeGreaterThan(100_000);
    expect(gzipSync(script).length).toBeLessThan(150_000);
  });

  it("works from a file, without a server", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "leasehold-web-")), "index.html");
    writeFileSync(file, bundle());
    const page = await opened();
    await page.goto(`${pathToFileURL(file).href}#lesson=lease`);
    await page.keyboard.press("a");
    await page.locator(".run-part .diagram .band").first().waitFor({ state: "attached" });
    await page.close();
  });
});
