/** What can be done to one message, offered beside its line in the diagram. */

const GAP_PX = 10;

export class MessageMenu {
  readonly element = document.createElement("div");

  constructor() {
    this.element.className = "message-menu";
    // Opens above everything else, and closes by Escape and by a click elsewhere.
    this.element.popover = "auto";
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "what befalls this message");
  }

  /** `place`: the line on the screen. */
  open(markup: string, place: DOMRect): void {
    const menu = this.element;
    menu.innerHTML = markup;
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
