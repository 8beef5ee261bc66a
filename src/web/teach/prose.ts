/** Lessons are written as plain paragraphs with `code` and *stress*; here they become markup. */
import { html } from "lit-html";
import type { Markup } from "../markup.ts";

export function inline(text: string): Markup {
  // What is between two plain parts is marked.
  return text.split(/(`[^`]+`|\*[^*\s](?:[^*]*[^*\s])?\*)/u).map((part, index) => {
    if (index % 2 === 0) return part;
    const inner = part.slice(1, -1);
    return part.startsWith("`") ? html`<code>${inner}</code>` : html`<em>${inline(inner)}</em>`;
  });
}

export function paragraphs(texts: readonly string[]): Markup {
  return texts.map((text) => html`<p>${inline(text)}</p>`);
}
