/** How lessons write figures, so that every one of them looks alike and none is typed by hand. */

/** An instant: `61.000 s`. */
export function at(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

/** A span as precise as it is short: `4 ms`, `0.56 s`, `59.6 s`, `2 min`. */
export function spanText(ms: number): string {
  const whole = Math.round(ms);
  if (whole < 100) return `${whole} ms`;
  if (whole < 1000) return `${Number((whole / 1000).toFixed(2))} s`;
  if (whole % 60_000 === 0 && whole >= 120_000) return `${whole / 60_000} min`;
  return `${Number((whole / 1000).toFixed(1))} s`;
}

/** `1 request`, `3 requests`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : thing.endsWith("h") ? "es" : "s"}`;
}

/** `2 %`. */
export function percent(part: number): string {
  return `${Number((part * 100).toFixed(1))} %`;
}

/** `a`, `b` for the first, the second choice. */
export function letter(index: number): string {
  return String.fromCharCode(97 + index);
}

/** With a capital letter first. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The place of the choice that a letter names; undefined: none. */
export function choiceIndex(text: string, choices: number): number | undefined {
  const given = text.trim().toLowerCase().replace(/[).]$/u, "");
  const index = given.length === 1 ? given.charCodeAt(0) - 97 : -1;
  return index >= 0 && index < choices ? index : undefined;
}
