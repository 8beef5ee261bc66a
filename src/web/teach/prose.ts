/** Lessons are written as plain paragraphs with `code` and *stress*; here they become HTML. */
import { escape } from "../../words/escape.ts";

export function inline(text: string): string {
  return escape(text)
    .replace(/`([^`]+)`/gu, "<code>$1</code>")
    .replace(/\*([^*\s](?:[^*]*[^*\s])?)\*/gu, "<em>$1</em>");
}

export function paragraphs(texts: readonly string[]): string {
  return texts.map((text) => `<p>${inline(text)}</p>`).join("");
}
