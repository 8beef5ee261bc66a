/** Numbers with their nouns, for sentences. */

/** `1 fault`, `2 faults`, `0 faults`; `many`: where an s does not do. */
export function countOf(count: number, noun: string, many?: string): string {
  return `${count} ${nounFor(count, noun, many)}`;
}

/** The noun in its number: `event` for one, `events` for any other. */
export function nounFor(count: number, noun: string, many = `${noun}s`): string {
  return count === 1 ? noun : many;
}

/** `6 000`: thousands apart. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/gu, " ");
}
