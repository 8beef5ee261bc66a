/** `runElection`, as other services use it, on a real etcd. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { KvRequest, RangeResponse } from "../../models/etcd-api.ts";
import { runElection } from "../../src/service/run-election.ts";
import type { ElectionOptions, Term } from "../../src/service/term.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";

const untilOver = (term: Term) =>
  new Promise<void>((resolve) => {
    term.signal.addEventListener("abort", () => resolve());
  });

/** A service whose terms can be waited for. */
function service(work = untilOver) {
  const come: Term[] = [];
  const waiting: ((term: Term) => void)[] = [];
  return {
    next: (): Promise<Term> =>
      new Promise((resolve) => {
        const term = come.shift();
        if (term === undefined) waiting.push(resolve);
        else resolve(term);
      }),
    serve: (term: Term): Promise<void> => {
      const resolve = waiting.shift();
      if (resolve === undefined) come.push(term);
      else resolve(term);
      return work(term);
    },
  };
}

describeWith("etcd", "an election on a real etcd", (executable) => {
  let etcd: RealEtcd;
  let client: EtcdClient;
  let role = "role0";
  let roles = 0;
  beforeAll(async () => {
    etcd = await startEtcd(executable);
    client = new EtcdClient({ endpoints: [etcd.endpoint] });
  }, 60_000);
  afterAll(async () => {
    client.close();
    await etcd.stop();
  });
  beforeEach(() => {
    role = `role${++roles}`;
  });

  const join = (given: Partial<ElectionOptions> & Pick<ElectionOptions, "serve">) =>
    runElection({
      role,
      address: "127.0.0.1:1",
      etcd: { endpoints: [etcd.endpoint] },
      ttlSeconds: 2,
      ...given,
    });
  async function ask(request: KvRequest) {
    const reply = await client.submit(request, 5000);
    if (reply.type === "error") throw new Error(reply.message);
    return reply.response;
  }
  const put = (term: Term, key: string, value: string) =>
    term.write([{ type: "put", key: term.metadataPrefix + key, value }]);

  it("gives one of two the role, and the other takes over when it resigns, with a larger token", async () => {
    const [one, two] = [service(), service()];
    const first = await join({ serve: one.serve });
    const term = await one.next();
    const second = await join({ serve: two.serve });
    expect([term.isCurrent(), first.status.phase]).toEqual([true, "active"]);
    expect(await first.resign()).toBe("stopped");
    expect([term.isCurrent(), term.signal.aborted, first.status.phase]).toEqual([false, true, "ended"]);
    const next = await two.next();
    expect(next.token).toBeGreaterThan(term.token);
    expect(await second.resign()).toBe("stopped");
    // Nothing is left behind but the counter of server ids.
    const left = (await ask({
      type: "range",
      key: second.keys.role,
      rangeEnd: `${second.keys.role}~`,
    })) as RangeResponse;
    expect(left.count).toBe(0);
  });

  it("hands the metadata to the next term, and applies what is written under the token alone", async () => {
    const one = service();
    const first = await join({ serve: one.serve });
    const term = await one.next();
    expect(await put(term, "a", "1")).toMatchObject({ type: "applied" });
    await first.resign();
    expect(await put(term, "a", "2")).toEqual({ type: "refused", message: "not active" });
    const two = service();
    const second = await join({ serve: two.serve });
    const next = await two.next();
    expect(next.metadata.map(({ key, value }) => [key.slice(next.metadataPrefix.length), value])).toEqual([
      ["a", "1"],
    ]);
    expect((await next.read({ key: `${next.metadataPrefix}a` })).kvs[0]?.value).toBe("1");
    await second.resign();
  });

  it("refuses a write whose key was taken away in between, and ends the term", async () => {
    const one = service();
    const election = await join({ serve: one.serve, afterLoss: "exit" });
    const term = await one.next();
    const [result] = await Promise.all([
      ask({ type: "deleteRange", key: election.keys.role }).then(() => put(term, "a", "late")),
      election.ended,
    ]);
    expect(["superseded", "refused"]).toContain(result.type);
    const read = (await ask({ type: "range", key: `${term.metadataPrefix}a` })) as RangeResponse;
    expect(read.count).toBe(0);
    expect(await election.ended).toBe("lost");
  });

  it("registers anew under another server id when its lease is revoked by hand", async () => {
    const one = service();
    const election = await join({ serve: one.serve });
    const term = await one.next();
    await ask({ type: "leaseRevoke", id: election.status.leaseId });
    const next = await one.next();
    expect(term.signal.aborted).toBe(true);
    expect(next.serverId).toBeGreaterThan(term.serverId);
    expect(next.token).toBeGreaterThan(term.token);
    await election.resign();
  });

  it("resigns when the service returns, and tells what it threw", async () => {
    const returns = await join({ serve: () => Promise.resolve() });
    expect(await returns.ended).toBe("stopped");
    const throws = await join({ serve: () => Promise.reject(new Error("the disk is full")) });
    await expect(throws.ended).rejects.toThrow("the disk is full");
    expect(throws.status.phase).toBe("ended");
  });

  it("gives the role up when preparing fails", async () => {
    const milestones: string[] = [];
    const election = await join({
      serve: untilOver,
      afterLoss: "exit",
      prepare: () => Promise.reject(new Error("no room")),
      onMilestone: (milestone, reason) => void milestones.push(reason ?? milestone),
    });
    expect(await election.ended).toBe("lost");
    expect(milestones).toContain("activation failed");
    expect(milestones).not.toContain("active");
  });

  it("resigns when its abort signal fires, before it began too", async () => {
    const abort = new AbortController();
    const one = service();
    const election = await join({ serve: one.serve, signal: abort.signal });
    await one.next();
    abort.abort();
    expect(await election.ended).toBe("stopped");
    const never = await join({ serve: one.serve, signal: abort.signal });
    expect(await never.ended).toBe("stopped");
  });

  it("refuses options that cannot be used before anything is sent", async () => {
    await expect(join({ serve: untilOver, ttlSeconds: 1 })).rejects.toThrow("no timing for a TTL of 1 s");
    await expect(join({ serve: untilOver, etcd: { endpoints: ["ftp://x"] } })).rejects.toThrow(
      "ftp://x is no address of an etcd member",
    );
  });
});
