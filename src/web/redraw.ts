/** Puts markup into an element, unless it is there already: what does not change costs nothing, and keeps the focus. */
import { keepingFocus } from "./focus.ts";

const drawn = new WeakMap<Element, string>();

export function redraw(into: Element, markup: string): void {
  if (drawn.get(into) === markup) return;
  drawn.set(into, markup);
  keepingFocus(into, () => {
    into.innerHTML = markup;
  });
}
