/** Instants and spans of virtual time, as every text for people has them. */

/** Milliseconds as people read them: `61.204 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
