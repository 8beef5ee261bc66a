/** The names nearest to a mistyped one, for remedies: a message that only says "unknown" leaves people searching. */

const MOST_NAMES = 3;

/** Names a typo away from `given`, or that contain it; nearest first, at most three. */
export function nearest(given: string, names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, distance: editDistance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(
      ({ distance, name }) =>
        distance <= Math.max(2, Math.floor(name.length / 3)) || (given !== "" && name.includes(given)),
    )
    .sort((left, right) => left.distance - right.distance)
    .slice(0, MOST_NAMES)
    .map(({ name }) => name);
}

/** "did you mean crash?", or else the whole list. */
export function suggest(given: string, names: readonly string[]): string {
  const near = nearest(given, names);
  return near.length > 0 ? `did you mean ${listed(near, "or")}?` : `there is: ${names.join(", ")}`;
}

/** `a, b or c`. */
export function listed(names: readonly string[], last: "and" | "or"): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1) ?? ""}`;
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
