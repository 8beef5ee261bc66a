/** Numbers with their nouns, for sentences. */

/** `1 fault`, `2 faults`, `0 faults`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `6 000`: thousands apart. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/gu, " ");
}
