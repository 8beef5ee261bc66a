/**
 * What is promised can be built: an election over a key-value store and a clock of one's own, from the package's public names
 * alone. `docs/packages.md` shows the same.
 */
import { describe, expect, it } from "vitest";
import { createElectionConfig, Member, outcomeOf, type Clock, type Kv } from "leasehold/election";
import { createEtcd, nextTickMs, stepEtcd, type EtcdInput } from "leasehold/models";

/** A store in this process and a clock that stands still until it is told: all that an election needs. */
class Bench {
  #etcd = createEtcd();
  #now = 0;
  readonly #members = new Map<number, Member>();
  readonly #due: { at: number; run: () => void }[] = [];

  member(name: string): Member {
    const client = this.#members.size + 1;
    const kv: Kv = {
      send: (id, request) => this.#later(0, () => this.#tell({ type: "request", client, id, request })),
      watch: (watchId, request) =>
        this.#later(0, () => this.#tell({ type: "watch", client, watchId, request })),
      unwatch: (watchId) => this.#later(0, () => this.#tell({ type: "cancelWatch", client, watchId })),
    };
    const armed = new Map<string, object>();
    const clock = (onTimer: (timer: string) => void): Clock => ({
      now: () => this.#now,
      startTimer: (timer, delayMs) => {
        const token = {};
        armed.set(timer, token);
        this.#later(delayMs, () => armed.get(timer) === token && armed.delete(timer) && onTimer(timer));
      },
      cancelTimer: (timer) => void armed.delete(timer),
    });
    const config = createElectionConfig({
      activeStandby: true,
      afterLoss: "registerAnew",
      ttlSeconds: 10,
      identity: { role: "worker", address: `${name}:1`, hostName: name, exclusive: false, version: "1.0.0" },
    });
    const member = new Member(config, () => kv, clock, {
      announced: (milestone) => {
        if (milestone === "prepare") this.#later(0, () => member.finishPreparing(true));
      },
    });
    this.#members.set(client, member);
    return member;
  }

  run(forMs: number): void {
    const until = this.#now + forMs;
    for (;;) {
      this.#due.sort((left, right) => left.at - right.at);
      const at = Math.min(this.#due[0]?.at ?? Number.POSITIVE_INFINITY, nextTickMs(this.#etcd));
      if (at > until) break;
      this.#now = Math.max(this.#now, at);
      if (this.#due[0] !== undefined && this.#due[0].at <= at) this.#due.shift()?.run();
      else this.#tell({ type: "tick" });
    }
    this.#now = until;
  }

  #later(delayMs: number, run: () => void): void {
    this.#due.push({ at: this.#now + delayMs, run });
  }

  #tell(input: EtcdInput): void {
    const { etcd, outputs } = stepEtcd(this.#etcd, input, this.#now);
    this.#etcd = etcd;
    for (const output of outputs) {
      const member = this.#members.get(output.client);
      if (output.type === "reply") this.#later(1, () => member?.onReply(output.id, outcomeOf(output.reply)));
      else if (output.type === "watch")
        this.#later(1, () => member?.onWatch(output.response.watchId, output.response));
    }
  }
}

describe("an election on one's own store and clock", () => {
  it("has one active member, and another takes over when it leaves", () => {
    const bench = new Bench();
    const [a, b] = [bench.member("a"), bench.member("b")];
    a.start();
    b.start();
    bench.run(1000);
    const [active, standby] = a.phase === "active" ? [a, b] : [b, a];
    expect([active.phase, standby.phase]).toEqual(["active", "standby"]);
    expect(active.mayServe).toBe(true);
    const { token } = active.ledger;
    bench.run(60_000);
    expect(active.phase).toBe("active");
    active.stop();
    bench.run(1000);
    expect([active.phase, standby.phase]).toEqual(["ended", "active"]);
    expect(standby.ledger.token).toBeGreaterThan(token);
  });

  it("writes under its token, and is told what became of it", () => {
    const bench = new Bench();
    const member = bench.member("a");
    member.start();
    bench.run(1000);
    const ends: string[] = [];
    const sent = member.write([{ type: "put", key: "k", value: "v" }], ({ type }) => void ends.push(type));
    bench.run(100);
    expect([sent, ends]).toEqual([true, ["applied"]]);
  });
});
