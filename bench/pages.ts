/**
 * What the teaching pages cost a browser: first paint, the live scene, one step, playing, and every frame while the cursor is dragged
 * along a run of ten thousand events, beside a run of a hundred, taking turns; and what it is to open a hundred thousand. Counted is the processor time of the page's own thread, which
 * depends less than the wall clock on what else the machine does.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium, type Browser, type CDPSession, type Page } from "playwright-core";
import { shipped } from "../models/variant.ts";
import type { Fault } from "../src/simulation/fault.ts";
import { findExecutable } from "../src/cli/base/executable.ts";
import { coordinators, scenario } from "../src/simulation/scenario.ts";
import { recordCase } from "../src/run/record.ts";
import { median, say } from "./measure.ts";

const BUILT = "dist/web/index.html";
const TURNS = 3;
const MOVES = 200;
const STEPS = 40;
const PLAYED_SECONDS = 2;

/** Three coordinators for so many virtual seconds, killed in turns. */
function traceOf(virtualSeconds: number): { text: string; events: number } {
  const faults: Fault[] = [];
  for (let at = 61_000; at < virtualSeconds * 1000; at += 700_000)
    faults.push({ type: "crash", atMs: at, on: "rootcoord-a", restartAfterMs: 5000 });
  const given = scenario({
    coordinators: coordinators("rootcoord", 3),
    horizonMs: virtualSeconds * 1000,
    faults,
  });
  const lines: string[] = [];
  recordCase({ scenario: given, variant: shipped }, (line) => lines.push(line));
  return { text: lines.join("\n"), events: lines.length - 2 };
}

/** The page with a trace dropped on it. */
async function openedWith(browser: Browser, text: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(pathToFileURL(BUILT).href);
  await page.evaluate(`{
    const data = new DataTransfer();
    data.items.add(new File([${JSON.stringify(text)}], "run.jsonl"));
    document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
  }`);
  await page.locator(".first .diagram .cursor").waitFor({ state: "attached" });
  return page;
}

interface TraceEvent {
  readonly name: string;
  /** `X`: it has a beginning and an end. */
  readonly ph: string;
  /** Processor time, microseconds. */
  readonly tdur?: number;
}

/** Milliseconds of the page's thread for each frame that was made during `act`. */
async function framesDuring(client: CDPSession, act: () => Promise<void>): Promise<number[]> {
  const frames: number[] = [];
  const collect = ({ value }: { value: object[] }): void => {
    for (const { name, ph, tdur = 0 } of value as TraceEvent[])
      if (name === "ProxyMain::BeginMainFrame" && ph === "X") frames.push(tdur / 1000);
  };
  client.on("Tracing.dataCollected", collect);
  await client.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["cc"] },
  });
  await act();
  const complete = new Promise((done) => client.once("Tracing.tracingComplete", done));
  await client.send("Tracing.end");
  await complete;
  client.off("Tracing.dataCollected", collect);
  return frames;
}

async function dragged(page: Page, client: CDPSession): Promise<number[]> {
  const strip = await page.locator(".first .overview").boundingBox();
  if (strip === null) throw new Error("the page has no strip to drag");
  const y = strip.y + strip.height / 2;
  await page.mouse.move(strip.x + 1, y);
  await page.mouse.down();
  const frames = await framesDuring(client, async () => {
    for (let move = 0; move < MOVES; move++)
      await page.mouse.move(strip.x + 1 + ((move * 5) % (strip.width - 2)), y);
  });
  await page.mouse.up();
  return frames;
}

async function stepped(page: Page, client: CDPSession): Promise<number[]> {
  return await framesDuring(client, async () => {
    for (let step = 0; step < STEPS; step++) await page.keyboard.press("ArrowRight");
  });
}

/** Milliseconds of the page's thread for each second that it plays. */
async function played(page: Page, client: CDPSession): Promise<number> {
  await page.keyboard.press("Home");
  const frames = await framesDuring(client, async () => {
    await page.keyboard.press(" ");
    await page.waitForTimeout(PLAYED_SECONDS * 1000);
    await page.keyboard.press(" ");
  });
  return frames.reduce((sum, ms) => sum + ms, 0) / PLAYED_SECONDS;
}

/** Milliseconds of the page's thread until the scene of the first page is drawn, and until somebody serves in it. */
async function sceneDrawn(browser: Browser): Promise<{ readonly firstMs: number; readonly livesMs: number }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.goto(pathToFileURL(BUILT).href);
  const spentMs = async (): Promise<number> => {
    const { metrics } = await client.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
  await page.locator(".scene-one").first().waitFor();
  const firstMs = await spentMs();
  await page.locator(".scene-one.active").waitFor();
  const livesMs = await spentMs();
  await page.close();
  return { firstMs, livesMs };
}

/** How long a file takes to be opened, and the longest that the page is held up meanwhile, ms; and a frame of dragging then. */
async function openedAtLength(browser: Browser, { text }: { readonly text: string }) {
  const folder = mkdtempSync(join(tmpdir(), "leasehold-bench-"));
  const file = join(folder, "long.jsonl");
  writeFileSync(file, text);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  try {
    await page.goto(pathToFileURL(BUILT).href);
    await page.evaluate(`{
      window.longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
      }).observe({ type: "longtask" });
    }`);
    const began = performance.now();
    await page.setInputFiles("[data-open]", file);
    await page.locator(".first .diagram .cursor").waitFor({ state: "attached", timeout: 120_000 });
    const tookMs = performance.now() - began;
    const longestMs = await page.evaluate<number>("window.longest");
    return { tookMs, longestMs, frames: await dragged(page, await page.context().newCDPSession(page)) };
  } finally {
    await page.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function firstPaint(browser: Browser): Promise<number> {
  const page = await browser.newPage();
  await page.goto(`${pathToFileURL(BUILT).href}#play`);
  const ms = await page.evaluate<number>(
    `new Promise((done) => new PerformanceObserver((list) => done(list.getEntriesByName("first-contentful-paint")[0].startTime)).observe({ type: "paint", buffered: true }))`,
  );
  await page.close();
  return ms;
}

/** Prints the figures. */
export async function pages(): Promise<void> {
  const executablePath = findExecutable(["chromium", "chromium-browser"]);
  if (executablePath === undefined) return say("pages: skipped, needs chromium: apt-get install chromium");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const [long, short] = [traceOf(14_500), traceOf(140)];
    const frames = { drag: [] as number[], short: [] as number[], step: [] as number[] };
    const [paints, seconds] = [[], []] as [number[], number[]];
    const scenes = { first: [] as number[], lives: [] as number[] };
    for (let turn = 0; turn < TURNS; turn++) {
      paints.push(await firstPaint(browser));
      const { firstMs, livesMs } = await sceneDrawn(browser);
      scenes.first.push(firstMs);
      scenes.lives.push(livesMs);
      for (const { text } of [long, short]) {
        const page = await openedWith(browser, text);
        const client = await page.context().newCDPSession(page);
        const drag = await dragged(page, client);
        if (text === short.text) frames.short.push(...drag);
        else {
          frames.drag.push(...drag);
          frames.step.push(...(await stepped(page, client)));
          seconds.push(await played(page, client));
        }
        await page.close();
      }
    }
    const bytes = gzipSync(readFileSync(BUILT)).length;
    const p95 = (values: readonly number[]): number =>
      [...values].sort((left, right) => left - right)[Math.floor(values.length * 0.95)] ?? Number.NaN;
    const both = (values: readonly number[]): string =>
      `${median(values).toFixed(1)} ms, 95 of 100 within ${p95(values).toFixed(1)} ms`;
    say(`pages: ${Math.round(bytes / 1000)} kB gzipped, the engine included`);
    say(`  first paint of the playground after ${median(paints).toFixed(0)} ms`);
    say(`  a frame while dragging over ${long.events} events: ${both(frames.drag)}`);
    say(
      `  that is ${(median(frames.drag) / median(frames.short)).toFixed(2)} times one over ${short.events} events (${both(frames.short)})`,
    );
    say(`  a step by key: ${both(frames.step)}`);
    say(`  a second of playing: ${median(seconds).toFixed(0)} ms`);
    say(
      `  the first page is drawn after ${median(scenes.first).toFixed(0)} ms, and somebody serves in its scene after ${median(scenes.lives).toFixed(0)} ms`,
    );
    const longest = traceOf(145_000);
    const opening = await openedAtLength(browser, longest);
    say(
      `  ${longest.events} events are open after ${(opening.tookMs / 1000).toFixed(1)} s, held up for ${opening.longestMs.toFixed(0)} ms at most; a frame while dragging: ${both(opening.frames)}`,
    );
  } finally {
    await browser.close();
  }
}
