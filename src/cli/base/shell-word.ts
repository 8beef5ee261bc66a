/** Words of commands that people copy into a shell. */

/** The word as a shell reads it: as it is, or in quotes. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./#-]+$/u.test(word) && !word.startsWith("#")
    ? word
    : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
