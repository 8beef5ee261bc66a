/** What could break this? One click seeks the smallest adversity; the same without a browser. */
import { describe, expect, it } from "vitest";
import { describeWith } from "../helpers/require.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import type { TraceEnd } from "../../src/trace/format.ts";
import { writeAddress } from "../../src/web/teach/address.ts";
import { whatBreaks } from "../../src/web/teach/break.ts";
import { recorded } from "../../src/web/teach/recorder.ts";
import { rootHeader, treeOf } from "../../src/web/teach/tree.ts";
import { servePages } from "./served-pages.ts";

const pair = scenario({ title: "a pair", horizonMs: 200_000, coordinators: coordinators("rootcoord", 2) });

describe("what could break it", () => {
  const seek = (variant: string): ReturnType<typeof whatBreaks> =>
    whatBreaks(rootHeader({ variant, scenario: pair, decisions: [] }), 74, () => undefined);

  it.each(["milvus-2.4", "no-fencing", "standby-ignores-lease-loss", "shares-ids"])(
    "is found for %s: each fault is needed, and the run that comes of it breaks the promise",
    (variant) => {
      const found = seek(variant);
      if (found.type !== "found") throw new Error("nothing was found");
      const verdict = (faults: typeof found.faults): string | undefined => {
        const changed = { ...pair, faults };
        const end = recorded(rootHeader({ variant, scenario: changed, decisions: [] })).at(-1) as TraceEnd;
        return end.verdicts.find(({ property }) => property === found.property)?.verdict;
      };
      expect(verdict(found.faults)).toBe("violated");
      for (const fault of found.faults)
        expect(verdict(found.faults.filter((one) => one !== fault))).not.toBe("violated");
      for (const { atMs } of found.faults) expect(atMs).toBeGreaterThanOrEqual(74);
    },
  );

  it("is not found for the shipped election, and it is said in how many runs", () => {
    const parts: number[] = [];
    const header = rootHeader({ variant: "shipped", scenario: pair, decisions: [] });
    expect(whatBreaks(header, 74, (part) => parts.push(part))).toEqual({ type: "none", runs: parts.length });
    expect(parts.length).toBeGreaterThan(300);
    expect(parts).toEqual(parts.toSorted((left, right) => left - right));
  });
});

describeWith("chromium", "what could break it, on the page,", (executablePath) => {
  const { opened } = servePages(executablePath);

  it("is found, played as a fork, and named", async () => {
    const sight = { tree: treeOf("milvus-2.4", pair), run: 0, cursor: { n: 0, at: 80 } };
    const page = await opened(writeAddress({ type: "playground", sight }));
    await page.locator(".first .clock").waitFor();
    await page.click("[data-breaks]");
    await expect
      .poll(() => page.textContent(".told"))
      .toMatch(
        /^rootcoord-a stands still .* at 0\.0\d+ s breaks single-active\. Found in \d+ runs? from 0\.080 s on\.$/u,
      );
    expect(await page.locator(".tree .run").count()).toBe(2);
    expect(await page.textContent(".tree .current")).toMatch(/single-active .*violated/u);
    expect(await page.getAttribute(".first [data-command=play]", "aria-label")).toBe("pause");
    await page.close();
  });

  it("is told where nothing was found, with how far that goes; and is not offered where an exercise asks for it", async () => {
    const page = await opened("#play");
    await page.locator(".first .clock").waitFor();
    await page.click("[data-breaks]");
    await page.locator(".busy progress").waitFor();
    await expect
      .poll(() => page.textContent(".told"), { timeout: 60_000 })
      .toMatch(/^Nothing that was tried breaks a promise: one fault or two, in \d+ runs from .* no proof/u);
    await page.goto(`${page.url().split("#")[0]}#lesson=lease`);
    await page.keyboard.press("a");
    await page.locator(".exercise .tools").waitFor();
    expect(await page.locator("[data-breaks]").count()).toBe(0);
    await page.close();
  });
});
