/** What can be done to a thing in the diagram, offered beside it. */
import { render } from "lit-html";
import type { Markup } from "../markup.ts";

const GAP_PX = 10;

export class PlaceMenu {
  readonly element = document.createElement("div");

  /** `kind`: a class; `label`: what is offered. */
  constructor(kind: string, label: string) {
    this.element.className = `place-menu ${kind}`;
    // Opens above everything else, and closes by Escape and by a click elsewhere.
    this.element.popover = "auto";
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", label);
  }

  /** `place`: where the thing is on the screen. */
  open(offers: Markup, place: DOMRect): void {
    const menu = this.element;
    render(offers, menu);
    menu.showPopover();
    const { height, width } = menu.getBoundingClientRect();
    const root = document.documentElement;
    const left = Math.max(place.left, 0) + Math.min(place.width, root.clientWidth) / 2 + GAP_PX;
    const top = place.top + place.height / 2 + GAP_PX;
    menu.style.left = `${Math.max(GAP_PX, Math.min(left, root.clientWidth - width - GAP_PX))}px`;
    menu.style.top = `${Math.max(GAP_PX, Math.min(top, root.clientHeight - height - GAP_PX))}px`;
    menu.querySelector("button")?.focus();
  }

  close(): void {
    if (this.element.matches(":popover-open")) this.element.hidePopover();
  }
}
