/**
 * Two coordinators and one lease, in ticks: small enough to be written down twice, here and in `lease.pml`. The walk that explores the
 * product's states explores these as well, and Spin must count as many.
 */
import type { Graph } from "../../src/search/walk.ts";

/** What may go wrong, how often. */
export interface Mishaps {
  readonly losses: number;
  readonly crashes: number;
}

const TTL = 12;
const CLAIM = 10;
const RENEW = 4;
const RETRY = 3;
const PATIENCE = 5;
const TRIP = 1;
const RESTART = 6;

const CAMPAIGN = 1;
const RENEWAL = 2;
const YES = 1;
const NO = 2;

/** A coordinator's numbers, by place in its part of the row. A counter of n > 0 is due in n - 1 ticks, one of 0 is not set. */
const UP = 0;
const TIMER = 1;
const CLAIMS = 2;
const PATIENT = 3;
const REQUEST = 4;
const REQUEST_IN = 5;
const REPLY = 6;
const REPLY_IN = 7;
const EACH = 8;
const COUNTERS = [TIMER, CLAIMS, PATIENT, REQUEST_IN, REPLY_IN];
const OWNS = [0, EACH];
/** Whose the lease is, counted from 1, and its counter. */
const HOLDER = 2 * EACH;
const LEASE = HOLDER + 1;
const LOSSES = LEASE + 1;
const CRASHES = LOSSES + 1;

export function referenceLease({ crashes, losses }: Mishaps): Graph {
  return {
    width: CRASHES + 1,
    initial() {
      const row = new Int32Array(CRASHES + 1);
      for (const own of OWNS) {
        row[own + UP] = 1;
        row[own + TIMER] = 1;
      }
      row[LOSSES] = losses;
      row[CRASHES] = crashes;
      return row;
    },
    steps(row, add) {
      for (const own of OWNS) {
        const at = (place: number) => row[own + place] ?? 0;
        const next = (changes: (next: Int32Array) => void) => {
          const to = row.slice();
          changes(to);
          add(to);
        };
        if (at(UP) === 1 && at(TIMER) === 1) next((to) => attempt(to, own));
        if (at(UP) === 0 && at(TIMER) === 1) next((to) => (to[own + UP] = 1));
        if (at(REQUEST_IN) === 1) next((to) => arrive(to, own));
        if (at(REPLY_IN) === 1) next((to) => hear(to, own));
        if (at(PATIENT) === 1)
          next((to) => {
            to[own + PATIENT] = 0;
            to[own + TIMER] = RETRY + 1;
          });
        if (at(CLAIMS) === 1) next((to) => (to[own + CLAIMS] = 0));
        if (at(REQUEST) > 0 && (row[LOSSES] ?? 0) > 0) next((to) => lose(to, own, REQUEST, REQUEST_IN));
        if (at(REPLY) > 0 && (row[LOSSES] ?? 0) > 0) next((to) => lose(to, own, REPLY, REPLY_IN));
        if (at(UP) === 1 && (row[CRASHES] ?? 0) > 0) next((to) => crash(to, own));
      }
      if (row[LEASE] === 1) {
        const to = row.slice();
        to[LEASE] = 0;
        to[HOLDER] = 0;
        add(to);
      }
      if (row[LEASE] === 1 || OWNS.some((own) => COUNTERS.some((place) => row[own + place] === 1))) return;
      const to = row.slice();
      for (const counter of [...OWNS.flatMap((own) => COUNTERS.map((place) => own + place)), LEASE])
        to[counter] = Math.max(0, (to[counter] ?? 0) - 1);
      add(to);
    },
  };
}

/** Whether both claim to hold the lease. */
export function bothClaim(row: ArrayLike<number>): boolean {
  return OWNS.every((own) => (row[own + CLAIMS] ?? 0) > 1);
}

function attempt(row: Int32Array, own: number): void {
  row[own + REQUEST] = (row[own + CLAIMS] ?? 0) > 1 ? RENEWAL : CAMPAIGN;
  row[own + REQUEST_IN] = TRIP + 1;
  row[own + PATIENT] = PATIENCE + 1;
  row[own + TIMER] = 0;
}

function arrive(row: Int32Array, own: number): void {
  const name = OWNS.indexOf(own) + 1;
  const granted = row[HOLDER] === name || (row[HOLDER] === 0 && row[own + REQUEST] === CAMPAIGN);
  if (granted) {
    row[HOLDER] = name;
    row[LEASE] = TTL + 1;
  }
  row[own + REQUEST] = 0;
  row[own + REQUEST_IN] = 0;
  if (row[own + UP] === 0) return;
  row[own + REPLY] = granted ? YES : NO;
  row[own + REPLY_IN] = TRIP + 1;
}

function hear(row: Int32Array, own: number): void {
  const granted = row[own + REPLY] === YES;
  row[own + CLAIMS] = granted ? CLAIM + 1 - 2 * TRIP : 0;
  row[own + TIMER] = (granted ? RENEW : RETRY) + 1;
  row[own + REPLY] = 0;
  row[own + REPLY_IN] = 0;
  row[own + PATIENT] = 0;
}

function lose(row: Int32Array, own: number, message: number, counter: number): void {
  row[LOSSES] = (row[LOSSES] ?? 0) - 1;
  row[own + message] = 0;
  row[own + counter] = 0;
}

function crash(row: Int32Array, own: number): void {
  row[CRASHES] = (row[CRASHES] ?? 0) - 1;
  for (const place of [UP, CLAIMS, PATIENT, REPLY, REPLY_IN]) row[own + place] = 0;
  row[own + TIMER] = RESTART + 1;
}
