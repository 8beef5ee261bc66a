/** The panel from which a run is interfered with, as HTML: whom to strike, with what, and which message. */
import { ETCD } from "../../simulation/names.ts";
import { messageText } from "../../simulation/faults/message.ts";
import type { Message } from "../../reading/message.ts";
import type { FaultType } from "../../simulation/fault.ts";
import { escape } from "../../words/escape.ts";
import { clockText } from "../markup.ts";
import { underWayAt } from "../moment.ts";
import type { Picture } from "../picture.ts";
import type { PlayerCursor } from "../player.ts";
import { blowsFor, type Blow } from "./aim.ts";
import { FAULT_FORMS, usualValues, type FaultForm, type FormField } from "./faults.ts";

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

/** `more`: whether the rest is unfolded. */
export function drawInterfere(
  names: readonly string[],
  target: string,
  limit: Limit | undefined,
  more: boolean,
): string {
  const forms = allowed(limit);
  const first = forms.length <= FEW ? forms : forms.filter(({ type }) => FIRST.includes(type));
  const rest = forms.filter((form) => !first.includes(form));
  const targets = names.map(
    (name) =>
      `<label class="pill"><input type="radio" name="target" value="${escape(name)}"${name === target ? " checked" : ""}> ${escape(name)}</label>`,
  );
  const aims = forms.some(({ strikes }) => strikes === "coordinator");
  return `${aims ? `<fieldset class="targets"><legend>with</legend>${targets.join("")}</fieldset>` : ""}${drawKinds(first)}${
    rest.length === 0
      ? ""
      : `<details class="more-faults"${more ? " open" : ""}><summary>${rest.length} more</summary>${drawKinds(rest)}</details>`
  }`;
}

function drawKinds(forms: readonly FaultForm[]): string {
  const [own, etcd] = (["coordinator", "etcd"] as const).map((who) =>
    forms.filter(({ strikes }) => strikes === who),
  ) as [FaultForm[], FaultForm[]];
  return `${own.length === 0 ? "" : `<div class="kinds">${own.map(kindButton).join("")}</div>`}${etcd.length === 0 ? "" : `<h3>etcd</h3><div class="kinds">${etcd.map(kindButton).join("")}</div>`}`;
}

function kindButton({ fields, key, label, type }: FaultForm): string {
  const hint = key === undefined ? "" : ` <kbd aria-hidden="true">${key}</kbd>`;
  const shortcut = key === undefined ? "" : ` aria-keyshortcuts="${key}"`;
  const more =
    fields.length === 0
      ? ""
      : `<button type="button" class="more" data-form="${type}" aria-label="${escape(label)} with other values" title="other values">…</button>`;
  return `<span class="kind"><button type="button" data-inject="${type}"${shortcut}>${escape(label)}${hint}</button>${more}</span>`;
}

/** The fields of one kind of fault. */
export function drawForm(form: FaultForm, on: string): string {
  const values = usualValues(form);
  const whom = form.strikes === "etcd" ? ETCD : on;
  return `<form class="values" data-type="${form.type}"><b>${escape(form.label)}: ${escape(whom)}</b>
${form.fields.map((field) => drawField(field, values[field.name] ?? "")).join("")}
<span class="row"><button type="submit" class="primary">Inject</button><button type="button" data-close-form>Close</button></span></form>`;
}

function drawField(field: FormField, value: string): string {
  const name = escape(field.name);
  switch (field.type) {
    case "flag":
      return `<label class="flag"><input type="checkbox" name="${name}" value="on"> ${escape(field.label)}</label>`;
    case "choice":
      return `<label>${escape(field.label)} <select name="${name}">${field.options.map(([one, text]) => `<option value="${escape(one)}">${escape(text)}</option>`).join("")}</select></label>`;
    case "span":
    case "number":
      return `<label>${escape(field.label)} <span><input name="${name}" inputmode="decimal" value="${escape(value)}" size="7" autocomplete="off">${field.type === "span" ? " s" : ""}</span></label>`;
  }
}

/** What is offered where a lane is clicked: what strikes a coordinator, the first of it in reach. "": nothing may. */
export function drawStrikes(name: string, at: number, limit: Limit | undefined): string {
  const buttons = allowed(limit)
    .filter(({ strikes, type }) => strikes === "coordinator" && (limit !== undefined || FIRST.includes(type)))
    .map(
      ({ label, type }) =>
        `<button type="button" class="small" data-strike="${type}">${escape(label)}</button>`,
    );
  return buttons.length === 0
    ? ""
    : `<span>${escape(name)} <small>at ${clockText(at)}</small></span><span class="row">${buttons.join("")}</span>`;
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

/** A message, and buttons for what may befall it; "": nothing may. `index`: its place in the picture. */
export function drawBlows(message: Message, index: number, limit: Limit | undefined): string {
  const { from, leg, to, what } = message;
  const name = escape(messageText(leg, what));
  const buttons = blowsAllowed(message, limit).map(
    (blow) =>
      `<button type="button" class="small" data-blow="${blow}" data-message="${index}" aria-label="${BLOW_WORDS[blow]}: ${name}, ${escape(from)} → ${escape(to)}">${BLOW_WORDS[blow]}</button>`,
  );
  return buttons.length === 0
    ? ""
    : `<span>${name} <small>${escape(from)} → ${escape(to)}</small></span><span class="row">${buttons.join("")}</span>`;
}

/** Messages on their way at the cursor, each with what can befall it. */
export function drawFlying(picture: Picture, cursor: PlayerCursor, limit: Limit | undefined): string {
  if (!strikesMessages(limit)) return "";
  const rows = underWayAt(picture, cursor).map((message) =>
    drawBlows(message, picture.messages.indexOf(message), limit),
  );
  const items = rows.filter((row) => row !== "").map((row) => `<li>${row}</li>`);
  return `<h3>Messages on their way at ${clockText(cursor.at)}</h3>${items.length === 0 ? '<p class="nothing">None. Click a message in the diagram, or step to where one is sent.</p>' : `<ul class="flying-now">${items.join("")}</ul>`}`;
}
