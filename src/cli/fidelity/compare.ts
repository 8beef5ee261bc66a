/** Tells both sides the same and compares all that comes back. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerReply, WatchResponse } from "../../../models/vocabulary.ts";
import { PLACES, type Command, type Draft, panics } from "./commands.ts";
import { countOf, type Side, type SimulatedSide } from "./sides.ts";

/** Where the two differ. */
export interface Deviation {
  /** The command's number, from 1. */
  readonly number: number;
  readonly command: Command;
  readonly real: unknown;
  readonly simulated: unknown;
}

/** After so many commands what the watches brought is compared. */
const BATCH = 40;
/** More than the 100 ms of the loop that brings watches up to date. */
const CATCH_UP_MS = 150;

export class Comparison {
  readonly #real: Side;
  readonly #simulated: SimulatedSide;
  /** Kinds of command and answer that came up, with how often. */
  readonly covered = new Map<string, number>();
  commands = 0;
  events = 0;
  #openedAtMs = Number.NEGATIVE_INFINITY;

  constructor(real: Side, simulated: SimulatedSide) {
    this.#real = real;
    this.#simulated = simulated;
  }

  /** The next command; what differs, if anything. */
  async step(draft: Draft): Promise<Deviation | undefined> {
    const command = draft(this.#simulated.revision);
    if (panics(command)) return undefined;
    this.commands++;
    const found = await this.#tell(command);
    if (found !== undefined) return { number: this.commands, command, ...found };
    return this.commands % BATCH === 0 ? this.settle(command) : undefined;
  }

  /** Compares what the watches brought. */
  async settle(command: Command): Promise<Deviation | undefined> {
    for (let place = 0; place < PLACES; place++) {
      const found = await this.#watched(place);
      if (found !== undefined) return { number: this.commands, command, ...found };
    }
    return undefined;
  }

  async #tell(command: Command): Promise<Difference | undefined> {
    switch (command.type) {
      case "request": {
        const { request } = command;
        if (request.type === "compact") await this.#caughtUp();
        const [real, simulated] = [await this.#real.ask(request), await this.#simulated.ask(request)];
        this.#cover(`${request.type} ${real.type === "ok" ? "ok" : real.message}`);
        return difference(comparable(real), comparable(simulated));
      }
      case "watch": {
        // What it had brought before it is replaced.
        const found = await this.#watched(command.place);
        if (found !== undefined) return found;
        await this.#simulated.watch(command.place, command.request);
        await this.#real.watch(command.place, command.request);
        this.#cover("watch");
        this.#openedAtMs = performance.now();
        return this.#watched(command.place);
      }
      case "unwatch": {
        const found = await this.#watched(command.place);
        this.#simulated.unwatch(command.place);
        this.#real.unwatch(command.place);
        return found;
      }
    }
  }

  async #watched(place: number): Promise<Difference | undefined> {
    const simulated = await this.#simulated.told(place);
    const real = await this.#real.told(place, countOf(simulated));
    this.events += countOf(real);
    for (const { canceled } of real) if (canceled) this.#cover("watch canceled by compaction");
    return difference(told(real), told(simulated));
  }

  /**
   * A watch from the past that has nothing to tell does not show when the real server's loop has brought it up to date; if
   * it has not, a compaction cancels it. So that loop is given its time.
   */
  async #caughtUp(): Promise<void> {
    const leftMs = this.#openedAtMs + CATCH_UP_MS - performance.now();
    if (leftMs > 0) await sleep(leftMs);
  }

  #cover(what: string): void {
    this.covered.set(what, (this.covered.get(what) ?? 0) + 1);
  }
}

type Difference = Pick<Deviation, "real" | "simulated">;

function difference(real: unknown, simulated: unknown): Difference | undefined {
  return JSON.stringify(real) === JSON.stringify(simulated) ? undefined : { real, simulated };
}

/**
 * An answer without what no two servers share: the raft term, how much of a lease is left to the second, the order in which
 * a lease's keys and the leases are listed.
 */
function comparable(reply: ServerReply): unknown {
  if (reply.type === "error") return { type: reply.type, code: reply.code, message: reply.message };
  const { response } = reply;
  const plain = sorted(response) as Record<string, unknown>;
  if (response.type === "leaseTimeToLive") {
    return { ...plain, keys: [...response.keys].sort(), ttlSeconds: Math.sign(response.ttlSeconds) };
  }
  return response.type === "leaseLeases" ? { ...plain, leases: [...response.leases].sort() } : plain;
}

/** What a watch told, in order; how its server cut it into messages is its own affair. */
function told(responses: readonly WatchResponse[]): unknown {
  return responses.flatMap(({ canceled, compactRevision, events }) => [
    ...events.map(sorted),
    ...(canceled ? [{ canceled, compactRevision }] : []),
  ]);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== "raftTerm")
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}
