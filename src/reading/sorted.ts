/** Looking into sorted lists by halves: a long run is asked anew at every move of a pointer. */

/** How many items, from the first on, `holds` is true of; once false, it is false of all that follow. */
export function countWhile<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(items[middle] as Item)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The items from the instant `from` to the instant `to`, both included, of those that are in order of `at`. */
export function within<Item extends { readonly at: number }>(
  items: readonly Item[],
  from: number,
  to: number,
): Item[] {
  const first = countWhile(items, ({ at }) => at < from);
  return items.slice(
    first,
    countWhile(items, ({ at }) => at <= to),
  );
}

/** The last of those that were at `at` or before; they are in order of `at`. */
export function lastAt<Item extends { readonly at: number }>(
  items: readonly Item[],
  at: number,
): Item | undefined {
  return items[countWhile(items, (item) => item.at <= at) - 1];
}

/** The last of those that begin at `at` or before; they are in order of `from`. */
export function lastFrom<Item extends { readonly from: number }>(
  items: readonly Item[],
  at: number,
): Item | undefined {
  return items[countWhile(items, ({ from }) => from <= at) - 1];
}
