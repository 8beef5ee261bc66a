/**
 * A dialect as the search runs it: it may look at nothing that states forget, keeps what it knows in plain data of the ledger, and must
 * not depend on how large a revision, a lease's name or a server id is, of which states know the order alone. What breaks that throws
 * {@link NotExplorable}. The shipped dialect is run as it is, and a test holds it to the same.
 */
import {
  emptyLedger,
  shippedDialect,
  type Candidate,
  type Dialect,
  type Ledger,
} from "../../models/dialect.ts";
import type { EventType, WatchKind } from "../../models/election-vocabulary.ts";
import type { KeyValue, KvReply, KvRequest, StoreEvent } from "../../models/etcd-api.ts";
import { CoordinatorKind } from "../simulation/coordinator-process.ts";
import type { SimulationSetup } from "../simulation/setup.ts";
import {
  AGED,
  forgetsAbout,
  watchedEvent,
  watchedReply,
  watchForgets,
  type Note,
} from "./forgotten-fields.ts";
import { NotExplorable } from "./not-explorable.ts";
import { IdentityWalk, type Visitor } from "./identities.ts";

/** The setup with every coordinator's dialect held to what states know; one that speaks as shipped stays as it is. */
export function forgetful(setup: SimulationSetup): SimulationSetup {
  const { service } = setup.scenario;
  const processes = setup.processes.map((placed, place) => {
    const { kind } = placed;
    if (!(kind instanceof CoordinatorKind) || kind.config.dialect === shippedDialect) return placed;
    const config = { ...kind.config, dialect: forgetfulDialect(kind.config.dialect) };
    return { ...placed, kind: new CoordinatorKind(config, place, service) };
  });
  return { ...setup, processes };
}

/** Each entry is tried under other numbers so often at first, and then each so many calls. */
const TRIED_FIRST = 100;
const TRIED_EVERY = 16;

const OTHERWISE =
  "it depends on how large a revision, a lease's name or a server id is, of which states of the search know the order alone, or it does not always do the same";

/** A chart's steps and what states are compared by know of nothing else. */
export const NOT_AGAIN =
  "it does not do the same again in the same state: keep whatever it goes by in its ledger or in its chart, and ask no clock, no dice and no variable beside them";

/**
 * Other numbers in the same order: `grown` grows with what it is given, neither evenly nor so that numbers sort the same as text. A server
 * id of 1 is what everybody takes who finds none.
 */
function otherNumbers(grown: (one: number) => number): Visitor {
  const other = (one: number) => (one === 0 ? 0 : grown(one));
  return {
    revision: other,
    base: (_, one) => other(one),
    // From the revision after that one.
    start: (_, one) => (one <= 1 ? one : other(one - 1) + 1),
    lease: (id) => String(BigInt(id) + 1n),
    server: (id) => (id <= 1 ? id : other(id)),
    written: (times) => grown(times + 1),
  };
}

const SAME_NUMBERS: Visitor = {
  revision: (one) => one,
  base: (_, one) => one,
  start: (_, one) => one,
  lease: (id) => id,
  server: (id) => id,
};
/** The next ones, every other one, further and further apart, closer and closer, and far apart. */
const OTHERS = [
  (one: number) => one + 1,
  (one: number) => 2 * one,
  (one: number) => one * one + 1,
  (one: number) => Math.floor(1e15 * (1 - 1 / (one + 1))),
  (one: number) => 1_000_003 * one,
].map(otherNumbers);
/**
 * As if so much else had been changed before a session was looked at, and before the active key was: what is remembered of a key counts by
 * that key's own changes.
 */
function apart(session: number, role: number): Visitor {
  const by = (key: string) => (/-\d+$/u.test(key) ? session : role);
  return {
    ...SAME_NUMBERS,
    base: (key, one) => (one > 0 ? one + by(key) : one),
    start: (key, one) => (one > 1 ? one + by(key) : one),
  };
}

const FAR = 1_000_000_000;
const APART = [apart(FAR, FAR + 1000), apart(FAR, 0), apart(0, FAR)];
/** As if so much had been changed just before what the ledger remembers. */
function gaps({ roleRevision, sessionRevision, token }: Ledger): Visitor[] {
  return [...new Set([roleRevision, sessionRevision, token])].map((from) => {
    const other = (one: number) => (one >= from ? one + FAR : one);
    return {
      ...SAME_NUMBERS,
      revision: other,
      base: (_, one) => (one > 0 ? other(one) : one),
      start: (_, one) => (one > 1 ? other(one - 1) + 1 : one),
    };
  });
}

/** What is remembered of keys is not compared. */
const BASELESS: Visitor = { ...SAME_NUMBERS, base: () => 1, start: () => 1 };

/** Whoever does not do the same under other numbers may not do it under the same ones either: tried so often. */
const TRIED_AGAIN = 20;

/** Does the same once more, under the same numbers and others. */
function tryAgain(ledger: Ledger, isSame: (numbers: Visitor) => boolean, note: Note): void {
  const differs = [SAME_NUMBERS, ...OTHERS, ...APART, ...gaps(ledger)].some((numbers) => !isSame(numbers));
  if (!differs) return;
  const again = Array.from({ length: TRIED_AGAIN }, () => isSame(SAME_NUMBERS));
  note(again.includes(false) ? NOT_AGAIN : OTHERWISE);
}

/** What is asked may differ in its numbers alone. */
const NUMBERLESS: Visitor = {
  revision: () => 1,
  base: () => 1,
  start: () => 1,
  lease: () => "1",
  server: () => 1,
};

export function forgetfulDialect(dialect: Dialect): Dialect {
  const calls = new Map<string, number>();
  let found: string | undefined;
  const note: Note = (what) => (found ??= what);
  /** Code of one's own may catch what is thrown into it; what it has looked at stays known. */
  const done = <Result>(result: Result): Result => {
    const what = found;
    found = undefined;
    if (what !== undefined) throw new NotExplorable(what);
    return result;
  };
  const isTried = (entry: string) => {
    const count = calls.get(entry) ?? 0;
    calls.set(entry, count + 1);
    return count < TRIED_FIRST || count % TRIED_EVERY === 0;
  };
  const asks = <Asked extends object>(
    entry: string,
    ask: (ledger: Ledger) => Asked,
    forgets: (asked: Asked) => string | undefined,
    { keys }: Candidate,
    ledger: Ledger,
  ): Asked => {
    const before = plainly(ledger);
    const asked = ask(ledger);
    if (plainly(ledger) !== before) note("asking changes its ledger, which the answer alone may do");
    const what = forgets(asked);
    if (what !== undefined) note(what);
    if (!isTried(entry)) return done(asked);
    const walk = new IdentityWalk(keys);
    const numberless = (own: Ledger) => JSON.stringify(walk.over(ask(own), NUMBERLESS));
    const text = JSON.stringify(walk.over(asked, NUMBERLESS));
    tryAgain(ledger, (numbers) => numberless(walk.over({ ...ledger }, numbers)) === text, note);
    return done(asked);
  };
  /** `given`: what it hears, as an item of the world has it. */
  const reads = <Given extends object, Meaning>(
    entry: string,
    read: (given: Given, ledger: Ledger) => Meaning,
    { keys }: Candidate,
    ledger: Ledger,
    given: Given,
  ): Meaning => {
    const tried = isTried(entry) ? { ...ledger } : undefined;
    const kept = keptIn(ledger);
    const meaning = read(given, ledger);
    for (const { name, value, text } of kept)
      if (extraOf(ledger, name) === value && JSON.stringify(value) !== text)
        note(`it changes ${name} of its ledger in place: put a new value there instead`);
    const after = plainly(ledger, note);
    if (tried === undefined || found !== undefined) return done(meaning);
    const walk = new IdentityWalk(keys);
    const then = JSON.parse(after) as Ledger;
    tryAgain(
      tried,
      (numbers) => {
        const own = structuredClone(walk.over({ ...tried }, numbers));
        const meant = read(listed(walk.over(given, numbers)), own);
        const like = (one: Ledger) => plainly(APART.includes(numbers) ? walk.over(one, BASELESS) : one);
        return meant === meaning && like(own) === like(walk.over(then, numbers));
      },
      note,
    );
    return done(meaning);
  };
  /** What a canceled watch meant, by its kind. */
  const canceled = new Map<WatchKind, EventType | undefined>();
  /** The candidate is known from the first request on, which is before anything is heard. */
  let known: Candidate | undefined;

  const requests = entriesOf(dialect.requests, (ask, kind) => (candidate: Candidate, ledger: Ledger) => {
    known = candidate;
    const forgets = (asked: KvRequest) => forgetsAbout(asked, kind, candidate, ledger);
    return asks(`ask ${kind}`, (own) => ask(candidate, own), forgets, candidate, ledger);
  });
  const readings = entriesOf(
    dialect.readings,
    (read, kind) => (reply: KvReply, candidate: Candidate, ledger: Ledger) =>
      reads(
        `read ${kind}`,
        (given: { readonly type: string; readonly purpose: string; readonly reply: KvReply }, own) =>
          ofItsLease(read(watchedReply(given.reply, kind, candidate.keys, note), candidate, own), kind, note),
        candidate,
        ledger,
        { type: "reply", purpose: kind, reply },
      ),
  );
  const watches = entriesOf(dialect.watches, (ask, kind) => (candidate: Candidate, ledger: Ledger) => {
    known = candidate;
    return asks(`watch ${kind}`, (own) => ask(candidate, own), watchForgets, candidate, ledger);
  });
  const watchReadings = entriesOf(
    dialect.watchReadings,
    (read, kind) => (event: StoreEvent, ledger: Ledger) => {
      if (known === undefined) return read(event, ledger);
      const { keys } = known;
      return reads(
        `hear ${kind}`,
        (given: StoreEvent, own) => read(watchedEvent(given, keys, note), own),
        known,
        ledger,
        event,
      );
    },
  );
  return {
    requests,
    readings,
    watches,
    watchReadings,
    watchCanceled(kind) {
      const event = dialect.watchCanceled(kind);
      // What it is told is all that it may go by.
      const before = canceled.has(kind) ? canceled.get(kind) : event;
      if (before !== event || dialect.watchCanceled(kind) !== event) note(NOT_AGAIN);
      canceled.set(kind, event);
      return done(event);
    },
    guarded(operations, candidate, ledger) {
      const forgets = (asked: KvRequest) => forgetsAbout(asked, "write", candidate, ledger);
      const ask = (own: Ledger) => dialect.guarded(operations, candidate, own);
      return asks("guard", ask, forgets, candidate, ledger);
    },
  };
}

/** Keys that were renamed in the order in which etcd lists them. */
function listed<Given>(given: Given): Given {
  if (typeof given !== "object" || given === null) return given;
  if (Array.isArray(given)) {
    const all = (given as readonly unknown[]).map(listed);
    const keys = all.map((one) => (one as Partial<KeyValue> | null)?.key);
    if (keys.some((key) => typeof key !== "string")) return all as Given;
    return (all as KeyValue[]).sort((one, other) => (one.key < other.key ? -1 : 1)) as Given;
  }
  return Object.fromEntries(Object.entries(given).map(([name, part]) => [name, listed(part)])) as Given;
}

function entriesOf<Entries extends object>(
  entries: Entries,
  as: (entry: Entries[keyof Entries], name: keyof Entries & string) => unknown,
): Entries {
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name, as(entry as never, name as never)]),
  ) as Entries;
}

const USUAL = new Set(Object.keys(emptyLedger()));

function extraOf(ledger: Ledger, name: string): unknown {
  return (ledger as unknown as Record<string, unknown>)[name];
}

/** What is kept in objects of one's own, as it stands. */
function keptIn(ledger: Ledger): { readonly name: string; readonly value: object; readonly text: string }[] {
  return Object.keys(ledger).flatMap((name) => {
    const value = extraOf(ledger, name);
    if (typeof value !== "object" || value === null) return [];
    return [{ name, value, text: JSON.stringify(value) }];
  });
}

/** How old a lease is, is counted from when it was asked for. */
function ofItsLease(meaning: EventType, kind: string, note: Note): EventType {
  if ((meaning === "lease.granted" || meaning === "lease.renewed") && !AGED.has(kind))
    note(
      `it takes the answer to ${kind} for one of its lease, whose age is counted from its request, and of that states of the search know when a lease was asked for alone`,
    );
  return meaning;
}

/** The ledger as text. `note`: told of what is no plain data. */
function plainly(ledger: Ledger, note?: Note): string {
  if (note !== undefined) {
    const names = Reflect.ownKeys(ledger);
    const strange = names.find((name) => typeof name !== "string" || !isPlain(extraOf(ledger, name)));
    if (strange !== undefined || names.length !== Object.keys(ledger).length || names.length < USUAL.size)
      note(
        `it keeps something in its ledger that is no plain data${typeof strange === "string" ? ` (${strange})` : ""}, and states of the search keep plain data alone`,
      );
  }
  return JSON.stringify(ledger);
}

/** What JSON keeps as it is. */
function isPlain(value: unknown): boolean {
  if (value === null || ["string", "boolean"].includes(typeof value)) return true;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object") return false;
  const isList = Array.isArray(value);
  if (Object.getPrototypeOf(value) !== (isList ? Array.prototype : Object.prototype)) return false;
  const all = Object.entries(Object.getOwnPropertyDescriptors(value)).filter(
    ([name]) => !isList || name !== "length",
  );
  return (
    Object.getOwnPropertySymbols(value).length === 0 &&
    (!isList || all.length === value.length) &&
    all.every(([, one]) => one.enumerable === true && one.get === undefined && isPlain(one.value))
  );
}
