/**
 * In which space the search finds each mutant and each known bug, the smallest that is known; and why it does not find the others. A
 * test holds both against the search and against the list of all.
 */
import { huntTargets } from "../../properties/bugs/hunt.ts";
import { keptBugs } from "../../properties/bugs/known-bugs.ts";
import { shipped } from "../../models/variant.ts";
import { variantNamed } from "../../models/variants.ts";
import { Exploration } from "./exploration.ts";
import { searchable } from "./graph-promises.ts";
import { conclude } from "./outcome.ts";
import { STATE_PROMISES } from "./promises.ts";
import type { Space } from "./space.ts";

/** Something that must be found: a mutant or a known bug, by the promise that it breaks. */
export interface Sought {
  /** The mutant's name or the bug's id. */
  readonly id: string;
  readonly variant: string;
  readonly property: string;
}

/** Everything that is hunted by chance as well. */
export const SOUGHT: readonly Sought[] = [
  ...huntTargets.map(({ mutant, property }) => ({ id: mutant, variant: mutant, property })),
  ...keptBugs
    .filter(({ variant }) => variant !== shipped.name)
    .map(({ id, variant, violates }) => ({ id, variant, property: violates.name })),
];

interface Where {
  readonly coordinators?: number;
  readonly faults: readonly string[];
  readonly budget?: number;
  readonly gridMs?: number;
}

const CALM: Where = { faults: [] };
const CRASH: Where = { faults: ["crash"] };
const STOP: Where = { faults: ["stop"] };
const LOSS: Where = { faults: ["loss"] };
const PAUSE: Where = { faults: ["pause"] };
const CUT: Where = { faults: ["partition"] };
const TAMPERED: Where = { faults: ["delete-key"] };

/** By `id property`. */
const FOUND_IN: Readonly<Record<string, Where>> = {
  "claim-outlives-lease single-active": PAUSE,
  "claim-never-ends single-active": PAUSE,
  "unknown-is-won single-active": { ...LOSS, gridMs: 100 },
  "blind-to-own-key bounded-takeover": CRASH,
  "blind-to-own-key recovery": CRASH,
  "blind-to-own-session no-causeless-takeover": LOSS,
  "campaigns-unguarded one-key-holder": CALM,
  "deletes-rival single-active": { faults: ["mute-watch"] },
  "deletes-rival no-causeless-takeover": CALM,
  "loads-from-the-future no-causeless-takeover": { faults: ["compaction"] },
  "deaf-to-deletion bounded-takeover": CRASH,
  "serves-without-reload metadata-complete": CRASH,
  "keeps-old-metadata metadata-complete": CRASH,
  "serves-after-failed-reload metadata-complete": { faults: ["crash", "loss"], budget: 2 },
  "renews-too-late no-causeless-takeover": CALM,
  "renews-once no-causeless-takeover": CALM,
  "renewal-dies no-causeless-takeover": LOSS,
  "keeps-lease-on-stop bounded-takeover": STOP,
  "shares-ids unique-ids": CALM,
  "unknown-id-is-mine unique-ids": LOSS,
  "refused-is-gone no-causeless-takeover": { faults: ["refuse"] },
  "waits-when-refused bounded-takeover": { faults: ["crash", "refuse"], budget: 2 },
  "confuses-units bounded-requests": { ...CALM, coordinators: 1, gridMs: 15 },
  "role-without-lease bounded-takeover": CRASH,
  "drains-after-revoke single-active": { ...STOP, gridMs: 100 },
  "no-fencing fencing": TAMPERED,
  "fences-by-presence fencing": TAMPERED,
  "writes-anyway fencing": TAMPERED,
  "H1 fencing": TAMPERED,
  "F01 bounded-takeover": LOSS,
  "F06 fencing": TAMPERED,
  "F17 fencing": TAMPERED,
  "D5 fencing": TAMPERED,
  "D10 fencing": TAMPERED,
  "F02 bounded-takeover": CRASH,
  "F10 single-active": CUT,
  "F22 metadata-complete": STOP,
  "W1 single-active": CUT,
  "D1 bounded-takeover": CRASH,
  "W2 single-active": PAUSE,
  "H13 bounded-takeover": CRASH,
};

const NOT_SEEN = "none of the first 60 000 states of each space of one fault breaks it";
const BY_A_HAIR = "its mistake is shorter than a takeover on the grid";
const TOO_SHORT = "no fault of a space lasts as long as it takes to ask too often";
const RELEASE_AWAY = "none of the first 20 000 states of each space of one fault breaks it";

/** By `id property`, of those whose promise the search judges. */
const NOT_FOUND: Readonly<Record<string, string>> = {
  "claim-from-reply single-active": BY_A_HAIR,
  "claim-without-margin single-active": BY_A_HAIR,
  "H15 single-active": BY_A_HAIR,
  "deletes-unguarded fencing": "no service of a space deletes",
  "watches-from-now bounded-takeover": NOT_SEEN,
  "deaf-to-broken-watch bounded-takeover": NOT_SEEN,
  "deaf-to-compaction bounded-takeover": NOT_SEEN,
  "standby-ignores-lease-loss bounded-takeover": NOT_SEEN,
  "standby-ignores-lease-loss recovery": NOT_SEEN,
  "trusts-the-watch bounded-takeover": NOT_SEEN,
  "H10 bounded-takeover": NOT_SEEN,
  "hot-loop bounded-requests": TOO_SHORT,
  "renews-without-pause bounded-requests": TOO_SHORT,
  "robs-by-its-own-ttl no-causeless-takeover":
    "it compares when keys were last modified, which states forget",
};

function keyOfSought({ id, property }: Sought): string {
  return `${id} ${property}`;
}

/** The smallest space that is known in which it is found; otherwise why it is not, in a sentence. */
export function whereFound(sought: Sought): Space | string {
  const { property, variant: name } = sought;
  const where = FOUND_IN[keyOfSought(sought)];
  if (where === undefined) {
    if (!searchable.includes(property)) return "its promise is judged by check alone";
    return NOT_FOUND[keyOfSought(sought)] ?? RELEASE_AWAY;
  }
  const variant = variantNamed(name);
  if (variant === undefined) throw new RangeError(`no variant named ${name}`);
  const writes = STATE_PROMISES.some((promise) => promise.name === property && promise.needsWrites === true);
  const { budget = where.faults.length === 0 ? 0 : 1, coordinators = 2, faults, gridMs = 2000 } = where;
  return { coordinators, faults, budget, ttlSeconds: 60, gridMs, variant, writes };
}

/** What the search said of one that it should find. */
export type SpaceFinding =
  /** `things`: how many things happen in the story, the least but where one waits. */
  { readonly type: "found"; readonly states: number; readonly things: number } | { readonly type: "escapes" };

/** Explores until the promise is broken, or to the end. */
export function find(space: Space, property: string): SpaceFinding {
  const exploration = new Exploration(
    space,
    STATE_PROMISES.filter(({ name }) => name === property),
  );
  while (exploration.advance(10_000));
  const { states } = exploration.reached;
  const outcome = conclude(exploration, space, [property]);
  if (outcome.type !== "violated" || outcome.violation.property !== property) return { type: "escapes" };
  return { type: "found", states, things: outcome.things };
}
