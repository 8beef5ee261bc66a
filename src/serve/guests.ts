/**
 * Clients as a recording knows them: each connection is a process with a lane of its own, which another one takes when it is gone, as
 * a process' next life does. So a command that is called a thousand times is one lane.
 */

/** A connection of a client to one of the endpoints. */
export interface Guest {
  /** Of its lane, by its language: `go-1`. */
  readonly name: string;
  /** `127.0.0.1:40372` */
  readonly peer: string;
  /** The member that it asks, from 1 on. */
  readonly member: number;
}

/** How gRPC's libraries call themselves, and what a lane is called for it. */
const LANGUAGES: readonly (readonly [RegExp, string])[] = [
  [/^grpc-go\//u, "go"],
  [/^grpc-node/u, "node"],
  [/grpc-python/u, "python"],
  [/^grpc-java/u, "java"],
];

const MOST_LANES = 64;
/** The lane of all who come when there are so many at once. */
export const OTHERS = "others";

export class Guests {
  readonly #byPeer = new Map<string, Guest>();
  readonly #came: (guest: Guest) => void;
  readonly #left: (guest: Guest) => void;

  constructor(came: (guest: Guest) => void, left: (guest: Guest) => void) {
    this.#came = came;
    this.#left = left;
  }

  /** Those who are there. */
  get all(): readonly Guest[] {
    return [...this.#byPeer.values()];
  }

  /** Whoever asks on this connection; `agent`: what its library calls itself. */
  of(peer: string, member: number, agent: string): Guest {
    const known = this.#byPeer.get(peer);
    if (known !== undefined) return known;
    const guest = { name: this.#freeName(agent), peer, member };
    this.#byPeer.set(peer, guest);
    this.#came(guest);
    return guest;
  }

  /** The connection is gone. */
  leave(peer: string): void {
    const guest = this.#byPeer.get(peer);
    if (guest === undefined) return;
    this.#byPeer.delete(peer);
    this.#left(guest);
  }

  #freeName(agent: string): string {
    if (this.#byPeer.size >= MOST_LANES) return OTHERS;
    const language = LANGUAGES.find(([pattern]) => pattern.test(agent))?.[1] ?? "client";
    const taken = new Set(this.all.map(({ name }) => name));
    let number = 1;
    while (taken.has(`${language}-${number}`)) number++;
    return `${language}-${number}`;
  }
}
