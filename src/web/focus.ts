/** Keeps the focus where it was when markup is made anew: on the same thing, or near it, never nowhere. */

const FOCUSABLE = "button, a[href], input, select, summary, [tabindex='0']";

/** `act` puts new markup somewhere into `within`. */
export function keepingFocus(within: Element, act: () => void): void {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement || focused instanceof SVGElement) || !within.contains(focused))
    return act();
  const selector = selectorOf(focused);
  const place = [...within.querySelectorAll(selector)].indexOf(focused);
  const around = within.closest("section, aside, .viewer, main") ?? within;
  act();
  if (document.activeElement === focused) return;
  const same = within.querySelectorAll<HTMLElement>(selector);
  const next =
    same[place] ??
    [...same].at(-1) ??
    within.querySelector<HTMLElement>(FOCUSABLE) ??
    around.querySelector<HTMLElement>(FOCUSABLE);
  next?.focus({ preventScroll: true });
}

/** What makes it the same thing after it was made anew: its kind, and what it stands for. */
function selectorOf(element: HTMLElement | SVGElement): string {
  const [kind] = element.classList;
  const data = Object.entries(element.dataset).map(
    ([name, value]) =>
      `[data-${name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}="${CSS.escape(value ?? "")}"]`,
  );
  const named = ["name", "value"].flatMap((name) => {
    const value = element.getAttribute(name);
    return value === null ? [] : [`[${name}="${CSS.escape(value)}"]`];
  });
  return `${element.localName}${kind === undefined ? "" : `.${CSS.escape(kind)}`}${data.join("")}${named.join("")}`;
}
