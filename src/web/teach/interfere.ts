/** The panel from which a run is interfered with, as HTML: whom to strike, with what, and which message. */
import { ETCD } from "../../simulation/names.ts";
import { messageName } from "../../export/fault-words.ts";
import type { FaultType } from "../../simulation/fault.ts";
import { clockText, escape } from "../markup.ts";
import { underWayAt } from "../moment.ts";
import type { Picture } from "../picture.ts";
import type { Cursor } from "../player.ts";
import { blowsFor, type Blow } from "./aim.ts";
import { FAULT_FORMS, usualValues, type FaultForm, type Field } from "./faults.ts";

/** What may be done: in an exercise only some kinds, and only so many. */
export interface Limit {
  readonly most: number;
  readonly kinds?: readonly FaultType[];
}

export function allowed(limit: Limit | undefined): readonly FaultForm[] {
  return FAULT_FORMS.filter(({ type }) => limit?.kinds?.includes(type) ?? true);
}

export function drawInterfere(names: readonly string[], target: string, limit: Limit | undefined): string {
  const forms = allowed(limit);
  const [own, etcd] = (["coordinator", "etcd"] as const).map((who) =>
    forms.filter(({ strikes }) => strikes === who),
  ) as [FaultForm[], FaultForm[]];
  const targets = names.map(
    (name) =>
      `<label class="pill"><input type="radio" name="target" value="${escape(name)}"${name === target ? " checked" : ""}> ${escape(name)}</label>`,
  );
  return `${own.length === 0 ? "" : `<fieldset class="targets"><legend>with</legend>${targets.join("")}</fieldset><div class="kinds">${own.map(kindButton).join("")}</div>`}
${etcd.length === 0 ? "" : `<h3>etcd</h3><div class="kinds">${etcd.map(kindButton).join("")}</div>`}`;
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

function drawField(field: Field, value: string): string {
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

const BLOW_WORDS: Readonly<Record<Blow, string>> = { drop: "Drop", delay: "Delay 10 s", double: "Double" };
const BLOW_KINDS: Readonly<Record<Blow, FaultType>> = { drop: "lose", delay: "delay", double: "duplicate" };

/** Messages on their way at the cursor, each with what can befall it. */
export function drawFlying(picture: Picture, cursor: Cursor, limit: Limit | undefined): string {
  const kinds = allowed(limit).map(({ type }) => type);
  const rows = underWayAt(picture, cursor).flatMap((message) => {
    const blows = blowsFor(message).filter((blow) => kinds.includes(BLOW_KINDS[blow]));
    if (blows.length === 0) return [];
    const index = picture.messages.indexOf(message);
    const { from, leg, to, what } = message;
    const name = `${messageName(leg, what)}, ${from} → ${to}`;
    const buttons = blows.map(
      (blow) =>
        `<button type="button" class="small" data-blow="${blow}" data-message="${index}" aria-label="${BLOW_WORDS[blow]}: ${escape(name)}">${BLOW_WORDS[blow]}</button>`,
    );
    return [
      `<li><span>${escape(messageName(leg, what))} <small>${escape(from)} → ${escape(to)}</small></span><span class="row">${buttons.join("")}</span></li>`,
    ];
  });
  if (!kinds.some((kind) => Object.values(BLOW_KINDS).includes(kind))) return "";
  return `<h3>Messages on their way at ${clockText(cursor.at)}</h3>${rows.length === 0 ? '<p class="nothing">None; step to where one is sent.</p>' : `<ul class="flying-now">${rows.join("")}</ul>`}`;
}
