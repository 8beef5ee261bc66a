/** One message is chosen, by a click on its line or by keys, and struck: from the menu beside it or by a key. */
import { html } from "lit-html";
import { messageText } from "../../simulation/faults/message.ts";
import type { Message } from "../../reading/message.ts";
import { underWayAt } from "../moment.ts";
import { atEvent } from "../player.ts";
import type { Blow } from "./aim.ts";
import { blowsAllowed, drawBlows, strikesMessages, type Limit } from "./interfere.ts";
import { PlaceMenu } from "./place-menu.ts";
import type { Viewer } from "../viewer.ts";

const NONE_FLYING = "No message is on its way here; step to where one is sent, or click one.";

export interface StrikerHooks {
  readonly strike: (message: Message, blow: Blow) => void;
  readonly tell: (text: string, trouble?: boolean) => void;
}

export class MessageStriker {
  readonly #limit: Limit | undefined;
  readonly #hooks: StrikerHooks;
  readonly #menu = new PlaceMenu("message-menu", "what befalls this message");
  #viewer: Viewer | undefined;
  #chosen: Message | undefined;

  constructor(limit: Limit | undefined, hooks: StrikerHooks) {
    this.#limit = limit;
    this.#hooks = hooks;
  }

  /** To be put on the page: the menu. */
  get element(): HTMLElement {
    return this.#menu.element;
  }

  /** From now on messages are chosen there. */
  watch(viewer: Viewer): void {
    this.#viewer = viewer;
    this.choose(undefined);
  }

  choose(message: Message | undefined): void {
    this.#chosen = message;
    this.#viewer?.choose(message);
    this.#menu.close();
  }

  /** A line was clicked: the cursor goes to where the message is sent, and what can befall it is offered. */
  pick(message: Message): void {
    if (this.#viewer === undefined) return;
    this.#viewer.go(atEvent(this.#viewer.picture, message.n));
    this.choose(message);
    this.#offer();
  }

  /** False: not a key for messages, or there are none to strike. */
  press(key: string): boolean {
    if (!strikesMessages(this.#limit)) return false;
    switch (key) {
      case "d":
      case "D":
        this.#strike(key === "d" ? "drop" : "delay");
        return true;
      case "w":
      case "W":
        this.#chooseFlying(key === "w" ? 1 : -1);
        return true;
      case "Enter":
        return this.#offer();
      default:
        return false;
    }
  }

  #flying(): Message[] {
    return this.#viewer === undefined ? [] : underWayAt(this.#viewer.picture, this.#viewer.cursor);
  }

  /** The chosen one, or the newest on its way. */
  #strike(blow: Blow): void {
    const fits = (one: Message): boolean => blowsAllowed(one, this.#limit).includes(blow);
    const flying = this.#flying().filter(fits);
    const message = flying.find((one) => one === this.#chosen) ?? flying.at(-1);
    if (message === undefined) this.#hooks.tell(NONE_FLYING, true);
    else this.#hooks.strike(message, blow);
  }

  /** The next or previous message on its way at the cursor, going round. */
  #chooseFlying(by: 1 | -1): void {
    const flying = this.#flying();
    const from = this.#chosen === undefined ? (by > 0 ? -1 : 0) : flying.indexOf(this.#chosen);
    const message = flying.at((from + by) % Math.max(1, flying.length));
    this.choose(message);
    if (message === undefined) return this.#hooks.tell(NONE_FLYING, true);
    const { from: sender, leg, to, what } = message;
    this.#hooks.tell(`${messageText(leg, what)}, ${sender} → ${to}: Enter offers what can befall it.`);
  }

  /** False: no message is chosen. */
  #offer(): boolean {
    const message = this.#chosen;
    const place = message && this.#viewer?.placeOf(message);
    if (message === undefined || place === undefined) return false;
    const blows = this.#flying().includes(message) ? blowsAllowed(message, this.#limit) : [];
    const offers =
      blows.length === 0
        ? html`<span>${messageText(message.leg, message.what)}</span>
            <p>Nothing more can befall it.</p>`
        : drawBlows(message, blows, (blow) => this.#hooks.strike(message, blow));
    this.#menu.open(offers, place);
    return true;
  }
}
