/**
 * A game: each day one of the mutants, to be broken with as few faults as one can. The promises judge; once it is broken, the
 * checker says how few it needs.
 */
import { html } from "lit-html";
import type { StartingSight } from "./address.ts";
import { variantNamed } from "../../../models/variants.ts";
import type { Markup } from "../markup.ts";
import { freshSight } from "./fresh-sight.ts";
import type { Root } from "./tree.ts";

/** Each keeps its promises as long as nothing befalls it, and one fault or two break it; `test/web/game.test.ts` tries them. */
export const GAME_MUTANTS = [
  "no-fencing",
  "deaf-to-deletion",
  "claim-outlives-lease",
  "serves-without-reload",
  "unknown-is-won",
  "never-joins-again",
  "session-without-lease",
  "writes-anyway",
  "keeps-lease-on-stop",
  "claim-never-ends",
  "hot-loop",
  "standby-ignores-lease-loss",
  "fences-by-presence",
  "renewal-dies",
  "keeps-old-metadata",
  "blind-to-own-session",
  "claim-from-reply",
  "shares-ids",
] as const;

const DAY_MS = 86_400_000;

/** A pair of the mutant of that day, an instant of the page's own clock. */
export function gameOf(nowMs: number): StartingSight {
  return freshSight({
    coordinators: 2,
    ttlSeconds: 60,
    minutes: 5,
    variant: GAME_MUTANTS[Math.floor(nowMs / DAY_MS) % GAME_MUTANTS.length] ?? "no-fencing",
  });
}

export function drawGame({ variant }: Root): Markup {
  return html`Break it
    <small
      >It ${variantNamed(variant)?.summary ?? variant}. Break a promise with as few faults as you can.</small
    >`;
}
