/** The game: each day a mutant that keeps its promises until somebody breaks it. */
import { describe, expect, it } from "vitest";
import { describeWith } from "../helpers/require.ts";
import { variantNamed } from "../../models/variants.ts";
import type { TraceEnd } from "../../src/trace/format.ts";
import { readAddress, writeAddress } from "../../src/web/teach/address.ts";
import { whatBreaks } from "../../src/web/teach/break.ts";
import { GAME_MUTANTS, gameOf } from "../../src/web/teach/game.ts";
import { recorded } from "../../src/web/teach/recorder.ts";
import { longLink } from "../../src/web/teach/short-link.ts";
import { rootHeader } from "../../src/web/teach/tree.ts";
import { servePages } from "./served-pages.ts";

const DAY_MS = 86_400_000;

describe("the mutant of the day", () => {
  it.each(GAME_MUTANTS.map((name, day) => [name, day] as const))(
    "%s keeps its promises while nothing befalls it",
    (name, day) => {
      const { tree } = gameOf(day * DAY_MS + 1);
      expect(tree.root.variant).toBe(name);
      const { verdicts } = recorded(rootHeader(tree.root)).at(-1) as TraceEnd;
      expect(verdicts.filter(({ verdict }) => verdict === "violated")).toEqual([]);
    },
  );

  it("is broken by the checker, some by one fault and some by two", () => {
    const least = ["no-fencing", "standby-ignores-lease-loss"].map((name) => {
      const day = GAME_MUTANTS.findIndex((one) => one === name);
      const found = whatBreaks(rootHeader(gameOf(day * DAY_MS).tree.root), 80, () => undefined);
      return found.type === "found" ? found.faults.length : 0;
    });
    expect(least).toEqual([1, 2]);
  });
});

describeWith("chromium", "the game", (executablePath) => {
  const { opened } = servePages(executablePath);

  it("says what is wrong with it, grades by the promises, tells the checker's best, and is shared by a link", async () => {
    const page = await opened("#play&game");
    const score = page.getByRole("status", { name: "score" });
    await expect.poll(() => score.textContent()).toContain("Not broken yet.");
    await page.locator(".first .clock").waitFor();
    const address = readAddress(await longLink(new URL(page.url()).hash));
    if (typeof address === "string" || address.type !== "playground") throw new Error("no game");
    // A run of a game is a link to its mutant, whatever the day.
    await page.click("#share");
    await page.locator("#notice").waitFor();
    const shared = readAddress(await longLink(new URL(page.url()).hash));
    if (typeof shared === "string" || shared.type !== "playground") throw new Error("no link");
    const { variant } = shared.sight?.tree.root ?? { variant: "" };
    expect(shared.game).toBe(true);
    expect(await page.textContent("h2")).toContain(variantNamed(variant)?.summary);
    expect(await page.locator(".what-breaks").isVisible()).toBe(false);
    await page.close();

    const { tree } = gameOf(GAME_MUTANTS.indexOf("claim-never-ends") * DAY_MS);
    const other = await opened(
      writeAddress({
        type: "playground",
        game: true,
        sight: { tree, run: 0, cursor: { n: 0, at: 81 } },
      }),
    );
    await other.locator(".first .clock").waitFor();
    await other.keyboard.press("c");
    await expect
      .poll(() => other.getByRole("status", { name: "score" }).textContent())
      .toMatch(/Broken with one fault: [-a-z]+ violated\. Your best: one fault\./u);
    await expect
      .poll(() => other.getByRole("status", { name: "score" }).textContent(), { timeout: 30_000 })
      .toMatch(/The checker found one fault in \d+ runs\./u);
    await other.close();
  });
});
