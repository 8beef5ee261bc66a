/**
 * One client's connection, let through a request at a time. Node hands the HTTP parser up to 64 KiB at once, and the parser starts
 * every request in it before anything else has its turn: a few clients that pipeline could hold up the renewal of the lease. Here a
 * connection gives the parser one piece a turn of the event loop, a piece can start two requests at most (one is the rule), and the
 * next waits until the client has taken the answer to the last one.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/** Who was told that this is the end may still be sending; as long is listened, so that the last answer is not lost by a reset. */
const LINGER_MS = 1000;
const NOTHING = Buffer.alloc(0);

/** Between the socket and Node's HTTP server, which takes any duplex stream for a connection. */
export class Turnstile extends Duplex {
  readonly #line: Socket;
  /** What has come and was not let through. */
  #rest: Buffer = NOTHING;
  #lineEnded = false;
  #wanted = false;
  #due = false;
  #leaving = false;
  #requests = 0;
  readonly #unanswered = new Set<IncomingMessage>();

  constructor(line: Socket) {
    super({ allowHalfOpen: true });
    this.#line = line;
    line.on("data", (more: Buffer) => {
      if (this.#leaving) return;
      line.pause();
      this.#rest = this.#rest.length === 0 ? more : Buffer.concat([this.#rest, more]);
      this.#later();
    });
    line.on("end", () => {
      this.#lineEnded = true;
      if (this.#leaving) this.destroy();
      else this.#later();
    });
    line.on("timeout", () => void this.emit("timeout"));
    line.on("error", (error) => this.destroy(error));
    line.on("close", () => this.destroy());
  }

  /**
   * Nothing more is let through until the answer has gone, but for what is left of this request. Returns
   * the number of the connection's requests so far.
   */
  answering(request: IncomingMessage, response: ServerResponse): number {
    this.#requests++;
    this.#unanswered.add(request);
    response.once("close", () => {
      this.#unanswered.delete(request);
      this.#later();
    });
    return this.#requests;
  }

  /** Node's server asks for it between two requests. */
  setTimeout(ms: number): this {
    this.#line.setTimeout(ms);
    return this;
  }

  /** Node's server asks for it after the last answer. */
  destroySoon(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#rest = NOTHING;
    this.end();
    if (this.#lineEnded) {
      this.once("finish", () => this.destroy());
      return;
    }
    this.#line.resume();
    const timer = setTimeout(() => this.destroy(), LINGER_MS);
    this.once("close", () => clearTimeout(timer));
  }

  override _read(): void {
    this.#wanted = true;
    this.#later();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#line.write(chunk, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#line.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#line.destroy();
    done(error);
  }

  /** In the next turn of the event loop: timers, and what etcd says, come in between. */
  #later(): void {
    if (this.#due) return;
    this.#due = true;
    setImmediate(() => {
      this.#due = false;
      this.#pass();
    });
  }

  #pass(): void {
    const busy = [...this.#unanswered].some(({ complete }) => complete);
    if (!this.#wanted || busy || this.#leaving || this.destroyed) return;
    if (this.#rest.length > 0) {
      const length = firstHead(this.#rest);
      const piece = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      this.#wanted = false;
      this.push(piece);
    } else if (this.#lineEnded) {
      this.#wanted = false;
      this.push(null);
    } else this.#line.resume();
  }
}

/** Up to where the first head that ends in these bytes goes; all of them if none does. */
export function firstHead(bytes: Buffer): number {
  const ends = ["\n\r\n", "\n\n"].map((blank) => [bytes.indexOf(blank), blank.length] as const);
  return Math.min(bytes.length, ...ends.flatMap(([at, length]) => (at === -1 ? [] : [at + length])));
}
