/** `runElection`, as other services use it, on a real etcd. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { KvRequest, RangeResponse } from "../../models/etcd-api.ts";
import { runElection } from "../../src/service/run-election.ts";
import type { ElectionNotice } from "../../src/service/notice.ts";
import { ServeStuckError, type Election, type ElectionOptions, type Term } from "../../src/service/term.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";

const PATIENCE = { timeout: 30_000, interval: 20 };

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

  it("tells what happens, request by request, and may be ended by who listens; what a listener throws is a problem", async () => {
    const told: ElectionNotice[] = [];
    const problems: string[] = [];
    const election: Election = await join({
      serve: untilOver,
      onNotice(notice) {
        told.push(notice);
        if (notice.type !== "phase") return;
        if (notice.phase === "active") void election.resign();
        throw new Error(`no log for ${notice.phase}`);
      },
      onProblem: ({ message }) => problems.push(message),
    });
    expect(await election.ended).toBe("stopped");
    const of = <Type extends ElectionNotice["type"]>(type: Type) =>
      told.filter((notice): notice is Extract<ElectionNotice, { type: Type }> => notice.type === type);
    expect(of("phase").map(({ phase }) => phase)).toEqual([
      "standby",
      "activating",
      "active",
      "leaving",
      "ended",
    ]);
    expect(problems).toEqual(of("phase").map(({ phase }) => `${role}: onNotice threw: no log for ${phase}`));
    const requests = of("request");
    for (const kind of ["claimId", "grant", "enroll", "campaign", "reload", "revoke"])
      expect(requests).toContainEqual(
        expect.objectContaining({ kind, result: "ok", reason: undefined, member: etcd.endpoint }),
      );
    const milestones = of("milestone");
    const won = milestones.find(({ milestone }) => milestone === "won");
    expect(won?.token).toBeGreaterThan(0);
    expect(milestones.find(({ milestone }) => milestone === "active")).toEqual({
      ...won,
      milestone: "active",
    });
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

  describe("a holder that is of no use", () => {
    /** Milestones of a coordinator, in order; a loss by its reason. */
    const diary = () => {
      const told: string[] = [];
      return {
        told,
        onMilestone: (milestone: string, reason?: string) => void told.push(reason ?? milestone),
      };
    };

    it("gives the role back when preparing never ends, and another serves", async () => {
      const { onMilestone, told } = diary();
      let aborted = false;
      const hangs = await join({
        serve: untilOver,
        prepare: (term) =>
          untilOver(term)
            .then(() => void (aborted = true))
            .then(() => new Promise(() => undefined)),
        activationLimitSeconds: 1,
        onMilestone,
      });
      await vi.waitUntil(() => told.includes("prepare"), PATIENCE);
      const other = service();
      const helps = await join({ serve: other.serve });
      const term = await other.next();
      expect(told.slice(told.indexOf("prepare"))).toContain("activation timed out");
      expect([aborted, term.isCurrent()]).toEqual([true, true]);
      await Promise.all([helps.resign(), hangs.resign()]);
    });

    it("reports what preparing threw, and stays away before it tries again", async () => {
      const problems: string[] = [];
      const { onMilestone, told } = diary();
      const election = await join({
        serve: untilOver,
        prepare: () => Promise.reject(new Error("the disk is full")),
        onProblem: (problem) => void problems.push(problem.message),
        onMilestone,
      });
      await vi.waitUntil(() => problems.length >= 2, PATIENCE);
      expect(problems[0]).toBe(`${role}: prepare threw: the disk is full`);
      expect(told.filter((milestone) => milestone === "activation failed")).toHaveLength(2);
      await election.resign();
    });

    it("begins no term while serve has not returned from the last one, and says so in the end", async () => {
      let served = 0;
      const stuck = service(() => {
        served++;
        return new Promise(() => undefined);
      });
      const election = await join({ serve: stuck.serve, activationLimitSeconds: 1 });
      await stuck.next();
      await ask({ type: "deleteRange", key: election.keys.role });
      const error: unknown = await election.ended.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ServeStuckError);
      expect(served).toBe(1);
      await vi.waitUntil(() => election.status.phase === "ended", PATIENCE);
      expect(await ask({ type: "range", key: election.keys.role })).toMatchObject({ count: 0 });
    });

    it("tells of a service that does not return while it is waited for", async () => {
      const stuck = service(() => new Promise(() => undefined));
      const problems: string[] = [];
      const onProblem = ({ message }: Error) => void problems.push(message);
      const election = await join({ serve: stuck.serve, ttlSeconds: 2, onProblem });
      const { token } = await stuck.next();
      void election.resign();
      await vi.waitUntil(() => problems.length > 0, PATIENCE);
      expect(problems).toEqual([
        `${role}: serve: it has not returned 2 s after its term under token ${token} ended, and the election waits for it: ` +
          "return when term.signal aborts",
      ]);
    });

    it.each<[string, () => Promise<boolean> | boolean, number]>([
      ["says no", () => false, 1],
      ["says nothing", () => new Promise<boolean>(() => undefined), 0],
    ])("gives the role up when its self-check %s for too long", async (_, healthy, reported) => {
      const { onMilestone, told } = diary();
      const problems: Error[] = [];
      const one = service();
      const sick = await join({
        serve: one.serve,
        healthy,
        healthyEverySeconds: 0.1,
        unhealthyAfterSeconds: 0.5,
        onMilestone,
        onProblem: (problem) => void problems.push(problem),
      });
      const term = await one.next();
      const other = service();
      const well = await join({ serve: other.serve, healthy: () => true, unhealthyAfterSeconds: 1 });
      await other.next();
      expect(term.signal.aborted).toBe(true);
      expect(told).toContain("unhealthy");
      expect(problems).toHaveLength(reported);
      await Promise.all([sick.resign(), well.resign()]);
    });

    it("goes on though onMilestone throws, and reports it", async () => {
      const problems: string[] = [];
      const one = service();
      const election = await join({
        serve: one.serve,
        onMilestone: (milestone) => {
          throw new Error(`no room for ${milestone}`);
        },
        onProblem: (problem) => {
          problems.push(problem.message);
          if (problems.length > 1) throw new Error("this one throws as well");
        },
      });
      const term = await one.next();
      expect(await put(term, "a", "1")).toMatchObject({ type: "applied" });
      expect(problems).toContain(`${role}: onMilestone threw: no room for active`);
      expect(await election.resign()).toBe("stopped");
    });
  });

  it.each([
    ["", "the role has no name"],
    ["id", "would take the key of the server id counter"],
    ["a/b", "has a slash"],
    ["db-33", 'ends like a session key of the role "db"'],
    ["büro", "not printable ASCII"],
  ])("refuses the role %j", async (name, why) => {
    await expect(join({ serve: untilOver, role: name })).rejects.toThrow(why);
  });

  it("refuses options that cannot be used before anything is sent", async () => {
    await expect(join({ serve: untilOver, ttlSeconds: 1 })).rejects.toThrow("no timing for a TTL of 1 s");
    await expect(join({ serve: untilOver, etcd: { endpoints: ["ftp://x"] } })).rejects.toThrow(
      "ftp://x is not an address of an etcd member",
    );
  });
});
