/** The panel from which a run is interfered with: whom to strike, with what, and which message. */
import { html, nothing } from "lit-html";
import { ETCD } from "../../simulation/names.ts";
import { messageText } from "../../simulation/faults/message.ts";
import type { Message } from "../../reading/message.ts";
import type { FaultType } from "../../simulation/fault.ts";
import { clockText, type Markup } from "../markup.ts";
import { underWayAt } from "../moment.ts";
import type { Picture } from "../picture.ts";
import type { PlayerCursor } from "../player.ts";
import { blowsFor, type Blow } from "./aim.ts";
import { FAULT_FORMS, usualValues, type FaultForm, type FaultValues, type FormField } from "./faults.ts";

/** What may be done: in an exercise only some kinds, and only so many. */
export interface Limit {
  readonly most: number;
  readonly kinds?: readonly FaultType[];
}

export function allowed(limit: Limit | undefined): readonly FaultForm[] {
  return FAULT_FORMS.filter(({ several, type }) => limit?.kinds?.includes(type) ?? several !== true);
}

/** What is offered first; the rest stands behind *more*. */
const FIRST: readonly FaultType[] = ["crash", "pause", "partition", "drift"];
/** So many are offered without choosing among them. */
const FEW = 6;

/** Who is struck, among whom. */
export interface Targets {
  readonly names: readonly string[];
  readonly target: string;
}

export interface OfferHooks {
  readonly aim: (name: string) => void;
  readonly inject: (form: FaultForm) => void;
  /** Other values than the usual ones are asked for. */
  readonly ask: (form: FaultForm) => void;
}

export function drawOffers({ names, target }: Targets, limit: Limit | undefined, hooks: OfferHooks): Markup {
  const forms = allowed(limit);
  const first = forms.length <= FEW ? forms : forms.filter(({ type }) => FIRST.includes(type));
  const rest = forms.filter((form) => !first.includes(form));
  const targets = names.map(
    (name) =>
      html`<label class="pill"
        ><input
          type="radio"
          name="target"
          value=${name}
          .checked=${name === target}
          @change=${() => hooks.aim(name)}
        />
        ${name}</label
      >`,
  );
  const aims = forms.some(({ strikes }) => strikes === "coordinator");
  return html`${
    aims
      ? html`<fieldset class="targets">
          <legend>with</legend>
          ${targets}
        </fieldset>`
      : ""
  }${drawKinds(first, hooks)}${
    rest.length === 0
      ? ""
      : html`<details class="more-faults">
          <summary>${rest.length} more</summary>
          ${drawKinds(rest, hooks)}
        </details>`
  }`;
}

function drawKinds(forms: readonly FaultForm[], hooks: OfferHooks): Markup {
  const kinds = (who: FaultForm["strikes"]): Markup[] =>
    forms.filter(({ strikes }) => strikes === who).map((form) => drawKind(form, hooks));
  const [own, etcd] = [kinds("coordinator"), kinds("etcd")];
  return html`${own.length === 0 ? "" : html`<div class="kinds">${own}</div>`}${
    etcd.length === 0
      ? ""
      : html`<h3>etcd</h3>
          <div class="kinds">${etcd}</div>`
  }`;
}

function drawKind(form: FaultForm, { ask, inject }: OfferHooks): Markup {
  const { fields, key, label, type } = form;
  const more =
    fields.length === 0
      ? ""
      : html`<button
          type="button"
          class="more"
          data-form=${type}
          aria-label="${label} with other values"
          title="other values"
          @click=${() => ask(form)}
        >
          …
        </button>`;
  return html`<span class="kind"
    ><button
      type="button"
      data-inject=${type}
      aria-keyshortcuts=${key ?? nothing}
      @click=${() => inject(form)}
    >
      ${label}${key === undefined ? "" : html` <kbd aria-hidden="true">${key}</kbd>`}</button
    >${more}</span
  >`;
}

export interface FormHooks {
  readonly submit: (values: FaultValues) => void;
  readonly close: () => void;
}

/** The fields of one kind of fault. */
export function drawForm(form: FaultForm, on: string, { close, submit }: FormHooks): Markup {
  const values = usualValues(form);
  const given = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    submit(Object.fromEntries([...data].map(([name, value]) => [name, String(value)])));
  };
  return html`<form class="values" data-type=${form.type} @submit=${given}>
    <b>${form.label}: ${form.strikes === "etcd" ? ETCD : on}</b>
    ${form.fields.map((field) => drawField(field, values[field.name] ?? ""))}
    <span class="row"
      ><button type="submit" class="primary">Inject</button
      ><button type="button" @click=${close}>Close</button></span
    >
  </form>`;
}

function drawField(field: FormField, value: string): Markup {
  const { label, name } = field;
  switch (field.type) {
    case "flag":
      return html`<label class="flag"><input type="checkbox" name=${name} value="on" /> ${label}</label>`;
    case "choice":
      return html`<label
        >${label}
        <select name=${name}>
          ${field.options.map(([one, text]) => html`<option value=${one}>${text}</option>`)}
        </select></label
      >`;
    case "span":
    case "number":
      return html`<label
        >${label}
        <span
          ><input
            name=${name}
            inputmode="decimal"
            value=${value}
            size="7"
            autocomplete="off"
          />${field.type === "span" ? " s" : ""}</span
        ></label
      >`;
  }
}

/** What may befall a coordinator where its lane is clicked: the first of what strikes one. */
export function strikesAllowed(limit: Limit | undefined): readonly FaultForm[] {
  return allowed(limit).filter(
    ({ strikes, type }) => strikes === "coordinator" && (limit !== undefined || FIRST.includes(type)),
  );
}

/** Buttons for these, where a lane was clicked. */
export function drawStrikes(
  forms: readonly FaultForm[],
  name: string,
  at: number,
  strike: (form: FaultForm) => void,
): Markup {
  const buttons = forms.map(
    (form) =>
      html`<button type="button" class="small" data-strike=${form.type} @click=${() => strike(form)}>
        ${form.label}
      </button>`,
  );
  return html`<span>${name} <small>at ${clockText(at)}</small></span
    ><span class="row">${buttons}</span>`;
}

const BLOW_WORDS: Readonly<Record<Blow, string>> = { drop: "Drop", delay: "Delay 10 s", double: "Double" };
const BLOW_KINDS: Readonly<Record<Blow, FaultType>> = { drop: "lose", delay: "delay", double: "duplicate" };

/** What may befall a message here, of what can. */
export function blowsAllowed(message: Message, limit: Limit | undefined): readonly Blow[] {
  const kinds = allowed(limit).map(({ type }) => type);
  return blowsFor(message).filter((blow) => kinds.includes(BLOW_KINDS[blow]));
}

/** Whether messages can be struck here at all. */
export function strikesMessages(limit: Limit | undefined): boolean {
  return allowed(limit).some(({ type }) => Object.values(BLOW_KINDS).includes(type));
}

/** A message, and buttons for what may befall it. */
export function drawBlows(
  { from, leg, to, what }: Message,
  blows: readonly Blow[],
  strike: (blow: Blow) => void,
): Markup {
  const name = messageText(leg, what);
  const buttons = blows.map(
    (blow) =>
      html`<button
        type="button"
        class="small"
        data-blow=${blow}
        aria-label="${BLOW_WORDS[blow]}: ${name}, ${from} → ${to}"
        @click=${() => strike(blow)}
      >
        ${BLOW_WORDS[blow]}
      </button>`,
  );
  return html`<span>${name} <small>${from} → ${to}</small></span
    ><span class="row">${buttons}</span>`;
}

/** Messages on their way at the cursor, each with what can befall it. */
export function drawFlying(
  picture: Picture,
  cursor: PlayerCursor,
  limit: Limit | undefined,
  strike: (message: Message, blow: Blow) => void,
): Markup {
  if (!strikesMessages(limit)) return "";
  const items = underWayAt(picture, cursor).flatMap((message) => {
    const blows = blowsAllowed(message, limit);
    return blows.length === 0
      ? []
      : [html`<li>${drawBlows(message, blows, (blow) => strike(message, blow))}</li>`];
  });
  return html`<h3>Messages on their way at ${clockText(cursor.at)}</h3>
    ${
      items.length === 0
        ? html`<p class="nothing">None. Click a message in the diagram, or step to where one is sent.</p>`
        : html`<ul class="flying-now">
            ${items}
          </ul>`
    }`;
}
