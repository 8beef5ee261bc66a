/**
 * Virtual time: a queue of things to come, ordered by (instant, sequence). Plain data: copy it, write it down.
 *
 * A binary heap over three parallel arrays, so that comparing touches numbers only, whatever the items look like.
 */

export interface Timeline<Item> {
  readonly instants: number[];
  readonly sequences: number[];
  readonly items: Item[];
  nextSequence: number;
}

/** A queue this long means that something breeds events. */
const MOST_ITEMS = 1_000_000;

export function createTimeline<Item>(): Timeline<Item> {
  return { instants: [], sequences: [], items: [], nextSequence: 0 };
}

export function cloneTimeline<Item>(timeline: Timeline<Item>): Timeline<Item> {
  return {
    instants: timeline.instants.slice(),
    sequences: timeline.sequences.slice(),
    items: timeline.items.slice(),
    nextSequence: timeline.nextSequence,
  };
}

/** The instant of the earliest item; Infinity when there is none. */
export function nextInstant(timeline: Timeline<unknown>): number {
  return timeline.instants[0] ?? Number.POSITIVE_INFINITY;
}

/** Puts `item` at `instant`, after everything already there. Returns its sequence number. */
export function schedule<Item>(timeline: Timeline<Item>, instant: number, item: Item): number {
  const sequence = timeline.nextSequence++;
  insert(timeline, instant, sequence, item);
  return sequence;
}

/** Puts an item under a sequence number it had before. */
export function insert<Item>(timeline: Timeline<Item>, instant: number, sequence: number, item: Item): void {
  const { instants, sequences, items } = timeline;
  if (items.length >= MOST_ITEMS) throw new Error(`more than ${MOST_ITEMS} items in the timeline`);
  let at = items.length;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const parentInstant = instants[parent] as number;
    if (parentInstant < instant || (parentInstant === instant && (sequences[parent] as number) < sequence))
      break;
    instants[at] = parentInstant;
    sequences[at] = sequences[parent] as number;
    items[at] = items[parent] as Item;
    at = parent;
  }
  instants[at] = instant;
  sequences[at] = sequence;
  items[at] = item;
}

/** Takes the earliest item off; the queue must not be empty. Read its instant by {@link nextInstant} first. */
export function takeNext<Item>(timeline: Timeline<Item>): Item {
  const { instants, sequences, items } = timeline;
  const first = items[0] as Item;
  const lastInstant = instants.pop() as number;
  const lastSequence = sequences.pop() as number;
  const lastItem = items.pop() as Item;
  const size = items.length;
  if (size === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    const right = child + 1;
    if (
      right < size &&
      precedes(instants, sequences, right, instants[child] as number, sequences[child] as number)
    ) {
      child = right;
    }
    if (!precedes(instants, sequences, child, lastInstant, lastSequence)) break;
    instants[at] = instants[child] as number;
    sequences[at] = sequences[child] as number;
    items[at] = items[child] as Item;
    at = child;
  }
  instants[at] = lastInstant;
  sequences[at] = lastSequence;
  items[at] = lastItem;
  return first;
}

function precedes(
  instants: number[],
  sequences: number[],
  at: number,
  instant: number,
  sequence: number,
): boolean {
  const own = instants[at] as number;
  return own < instant || (own === instant && (sequences[at] as number) < sequence);
}
