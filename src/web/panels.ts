/** How everyone stands at the cursor: a card for each coordinator, etcd and its keys. */
import { html } from "lit-html";
import type { KeyValue } from "../../models/etcd-api.ts";
import { ETCD } from "../simulation/names.ts";
import { messageText } from "../simulation/faults/message.ts";
import { shortKey } from "../trace/words.ts";
import { clockText, lengthText, type Markup } from "./markup.ts";
import { nowAt, otherEnd, type CoordinatorNow, type ShownMoment } from "./moment.ts";
import type { Picture } from "./picture.ts";
import type { PlayerCursor } from "./player.ts";
import { STANDING_NAMES, STANDING_SHAPES } from "./words.ts";

/** Protocols without an end to their claims put it beyond every run. */
const FOR_EVER_MS = 365 * 86_400_000;

/** `choose`: a card was clicked. */
export function drawPanels(picture: Picture, cursor: PlayerCursor, choose: (name: string) => void): Markup {
  const now = nowAt(picture, cursor);
  const { recorded } = picture.run.header;
  const outside = recorded === "logs" || recorded === "served";
  return html`<div class="cards" role="group" aria-label="coordinators at the cursor">
      ${now.coordinators.map((one) => card(one, cursor.at, outside, choose))}
    </div>
    ${picture.rows.includes(ETCD) ? store(now) : ""}`;
}

function card(
  { chart, claimLeftMs, lease, name, own, paused, standing, token }: CoordinatorNow,
  at: number,
  outside: boolean,
  choose: (name: string) => void,
): Markup {
  const off = own - at;
  const drift =
    Math.abs(off) < 0.5 ? "as true time" : `${off > 0 ? "+" : "−"}${lengthText(Math.abs(off))} off`;
  // Of a run told by logs, and of clients, neither lease nor chart is known.
  const inside = outside
    ? ""
    : html`<dt>lease</dt>
        <dd>${leaseBar(lease)}</dd>
        <dt>may serve</dt>
        <dd>
          ${claimLeftMs === undefined ? "no" : claimLeftMs < FOR_EVER_MS ? `${lengthText(claimLeftMs)} more` : "for ever"}${token === undefined ? "" : `, token ${token}`}
        </dd>
        <dt>chart</dt>
        <dd class="chart">
          ${chart.length === 0 ? "–" : chart.map((path) => html`<div>${breaking(path.replace(/^member\./u, ""))}</div>`)}
        </dd>`;
  return html`<article class="card ${standing}" @click=${() => choose(name)}>
    <h2>
      <span class="shape" aria-hidden="true">${STANDING_SHAPES[standing]}</span> ${name}
      <span class="badge ${standing}">${STANDING_NAMES[standing]}</span
      >${paused ? html`<span class="badge paused-badge">❚❚ paused</span>` : ""}
    </h2>
    <dl>
      <dt>own clock</dt>
      <dd><b>${clockText(own)}</b> <small>${drift}</small></dd>
      ${inside}
    </dl>
  </article>`;
}

/** A path in the chart, to be broken between its states alone. */
function breaking(path: string): Markup {
  return path.split(".").map((key, depth) => (depth === 0 ? key : html`.<wbr />${key}`));
}

function leaseBar(lease: CoordinatorNow["lease"]): Markup {
  if (lease === undefined) return "none";
  const part = Math.round((100 * lease.leftMs) / lease.ttlMs);
  return html`<span class="gauge" role="img" aria-label="${part} % left"
      ><i style="width:${Math.min(100, part)}%"></i
    ></span>
    ${lengthText(lease.leftMs)} <small>of ${lease.ttlMs / 1000} s</small>`;
}

function store({ etcd, keys, underWay }: ShownMoment): Markup {
  const flying = underWay.map(
    (message) => `${messageText(message.leg, message.what)} (${otherEnd(message)})`,
  );
  const head =
    etcd === undefined
      ? html`<h2>etcd <small>what it changed, as far as it is told</small></h2>`
      : html`<h2>
            etcd <span class="badge">${etcd.mode}</span>
            <small
              >revision ${etcd.revision} · ${etcd.leases} ${etcd.leases === 1 ? "lease" : "leases"}</small
            >
          </h2>
          <p class="flying-list">
            <span aria-hidden="true">●</span> on their way:
            ${flying.length === 0 ? "nothing" : flying.join(", ")}
          </p>`;
  return html`<div class="store" role="group" aria-label="etcd at the cursor">
    ${head}
    <div class="table" tabindex="0" role="group" aria-label="keys">
      <table>
        <thead>
          <tr>
            <th>key</th>
            <th>value</th>
            <th>created</th>
            <th>modified</th>
            <th>lease of</th>
          </tr>
        </thead>
        <tbody>
          ${
            keys.length === 0
              ? html`<tr>
                  <td colspan="5">no keys yet</td>
                </tr>`
              : keys.map(keyRow)
          }
        </tbody>
      </table>
    </div>
  </div>`;
}

function keyRow(key: ShownMoment["keys"][number]): Markup {
  return html`<tr class=${key.fresh ? "fresh" : ""}>
    <td title=${key.key}>${key.fresh ? "✱ " : ""}${shortKey(key.key)}</td>
    <td title=${key.value}>${valueText(key)}</td>
    <td>${key.createRevision}</td>
    <td>${key.modRevision}</td>
    <td>${key.lease === "0" ? "–" : (key.owner ?? `…${key.lease.slice(-4)}`)}</td>
  </tr>`;
}

/** A session says whose it is; what else is stored stands as it is. */
function valueText({ value }: KeyValue): string {
  const id = /"ServerID":(\d+)/u.exec(value)?.[1];
  const text = id === undefined ? value : `server ${id}`;
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
