/** `leasehold who`, `leasehold handover` and `observeElection` on a real etcd, beside services that compete there. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { KvRequest } from "../../models/etcd-api.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { ElectionOptionError } from "../../src/service/check-options.ts";
import { observeElection } from "../../src/service/observe-election.ts";
import { runElection } from "../../src/service/run-election.ts";
import type { Election, ElectionOptions } from "../../src/service/term.ts";
import { leasehold, refusalOf } from "../cli/helpers.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";

const PATIENCE = { timeout: 30_000, interval: 20 };

describeWith("etcd", "who leads in a real etcd", (executable) => {
  let etcd: RealEtcd;
  let client: EtcdClient;
  let role = "role";
  let roles = 0;
  const elections: Election[] = [];
  beforeAll(async () => {
    etcd = await startEtcd(executable);
    client = new EtcdClient({ endpoints: [etcd.endpoint] });
  }, 60_000);
  afterAll(async () => {
    await Promise.all(elections.map((one) => one.resign()));
    client.close();
    await etcd.stop();
  });
  beforeEach(() => {
    role = `role${String.fromCharCode(97 + roles++)}`;
  });

  const join = async (address: string, given: Partial<ElectionOptions> = {}) => {
    const election = await runElection({
      role,
      address,
      etcd: { endpoints: [etcd.endpoint] },
      ttlSeconds: 5,
      serve: (term) => new Promise((resolve) => term.signal.addEventListener("abort", () => resolve())),
      ...given,
    });
    elections.push(election);
    return election;
  };
  const reaches = (election: Election, phase: string) =>
    vi.waitUntil(() => election.status.phase === phase, PATIENCE);
  const pair = async () => {
    const one = await join("127.0.0.1:1");
    await reaches(one, "active");
    const two = await join("127.0.0.1:2");
    await reaches(two, "standby");
    return { one, two };
  };
  const ask = (request: KvRequest) => client.submit(request, 5000);
  const command = (...args: string[]) => [...args, "--etcd", etcd.endpoint];

  describe("leasehold who", () => {
    it("names the leader with token, lease and address, and who stands by", async () => {
      const { one, two } = await pair();
      const { code, out } = await leasehold(command("who", role));
      const [head, line] = out.split("\n");
      expect(head).toMatch(/^role +leader +address +token +lease +standing by$/u);
      const { serverId, token } = one.status;
      expect(line).toMatch(
        new RegExp(
          `^${role} +id ${serverId} +127.0.0.1:1 +${token} +[45] s left +id ${two.status.serverId}$`,
          "u",
        ),
      );
      expect(code).toBe(0);
    });

    it("gives the same as data, ids of leases whole", async () => {
      const { one, two } = await pair();
      const { out } = await leasehold(command("who", role, "--json"));
      const { leaseId, serverId, token } = one.status;
      expect(JSON.parse(out)).toMatchObject({
        format: "leasehold-who",
        schemaVersion: 1,
        roles: [
          {
            role,
            leader: { serverId, token, leaseId, address: "127.0.0.1:1", leaving: false },
            others: [{ serverId: two.status.serverId, address: "127.0.0.1:2" }],
          },
        ],
      });
    });

    it("says that nobody leads, by its exit code too", async () => {
      const { code, out } = await leasehold(command("who", role));
      expect(out).toMatch(new RegExp(`^${role} +NOBODY +nobody$`, "mu"));
      expect(code).toBe(3);
    });

    it("warns of an active key that never goes by itself, whatever stands in it", async () => {
      const key = `by-dev/meta/session/${role}`;
      await ask({ type: "put", key, value: "\u001B[31mby hand" });
      const { err, out } = await leasehold(command("who", role));
      expect(out).toMatch(
        new RegExp(`^${role} +an unreadable session +\\d+ +NONE: never ends +nobody$`, "mu"),
      );
      expect(err).toContain(`${role}: the active key has no lease, so the role stays taken for ever`);
      expect(out + err).not.toContain("\u001B");
      const json = await leasehold(command("who", role, "--json"));
      expect(JSON.parse(json.out)).toMatchObject({
        roles: [{ warning: expect.stringContaining("no lease") }],
      });
      const handover = await leasehold(command("handover", role));
      expect(handover).toMatchObject({ code: 3, err: expect.stringContaining("has no lease") });
      await ask({ type: "deleteRange", key });
    });

    it("leaves Milvus' other nodes out, unless they are asked for", async () => {
      const key = "by-dev/meta/session/proxy-7";
      await ask({ type: "put", key, value: '{"ServerID":7,"ServerName":"proxy","Address":"10.0.0.1:1"}' });
      expect((await leasehold(command("who"))).out).not.toContain("proxy");
      expect((await leasehold(command("who", "proxy"))).out).toContain("id 7");
      await ask({ type: "deleteRange", key });
    });

    it("says what to do where etcd is not there", async () => {
      const refusal = await refusalOf(["who", "--etcd", "127.0.0.1:1"]);
      expect(refusal.message).toContain("does not answer");
      expect(refusal.exitCode).toBe(4);
    });
  });

  describe("leasehold handover", () => {
    it("lets a standby lead, and the one that was asked comes back as a standby", async () => {
      const { one, two } = await pair();
      const before = one.status;
      const { code, out } = await leasehold(command("handover", role));
      expect(out).toMatch(
        new RegExp(
          `^${role}: id ${before.serverId} \\(127.0.0.1:1\\) handed over to id ${two.status.serverId} \\(127.0.0.1:2\\), ` +
            `\\d+ ms after it was asked; token ${before.token} → \\d+$`,
          "mu",
        ),
      );
      expect(code).toBe(0);
      await reaches(two, "active");
      await reaches(one, "standby");
      expect(one.status.serverId).toBeGreaterThan(before.serverId);
    });

    it("does so also where a loss would end the process", async () => {
      const one = await join("127.0.0.1:1", { afterLoss: "exit" });
      await reaches(one, "active");
      const two = await join("127.0.0.1:2");
      await reaches(two, "standby");
      expect((await leasehold(command("handover", role, "--json"))).code).toBe(0);
      await reaches(one, "standby");
    });

    it("asks nobody where nobody stands by, unless forced to", async () => {
      const one = await join("127.0.0.1:1");
      await reaches(one, "active");
      const { token } = one.status;
      const refusal = await refusalOf(command("handover", role));
      expect(refusal).toMatchObject({ exitCode: 3 });
      expect(refusal.message).toContain(`nobody stands by for ${role}`);
      expect(one.status.token).toBe(token);
      expect((await leasehold(command("handover", role, "--force"))).code).toBe(0);
      await reaches(one, "active");
      expect(one.status.token).toBeGreaterThan(token);
    });

    it("says what is wrong where nobody leads, or the leader cannot be asked", async () => {
      expect(await refusalOf(command("handover", role))).toMatchObject({ exitCode: 3 });
      const one = await join("127.0.0.1:1", { activeStandby: false });
      await reaches(one, "active");
      const refusal = await refusalOf(command("handover", role, "--force"));
      expect(refusal).toMatchObject({ exitCode: 3 });
      expect(refusal.message).toContain("it runs with active-standby off");
    });

    it("says so where the one that was asked does not listen", async () => {
      const granted = await ask({ type: "leaseGrant", ttlSeconds: 60 });
      const lease =
        granted.type === "ok" && granted.response.type === "leaseGrant" ? granted.response.id : "0";
      const value = '{"ServerID":90,"Address":"10.0.0.1:1"}';
      for (const key of [role, `${role}-90`, `${role}-91`])
        await ask({ type: "put", key: `by-dev/meta/session/${key}`, value, lease });
      const refusal = await refusalOf(command("handover", role, "--timeout", "1s"));
      expect(refusal.message).toContain(`id 90 (10.0.0.1:1) was asked and still leads ${role} after 1 s`);
      expect(refusal.exitCode).toBe(4);
    });
  });

  it("an observer hears who leads, when it knows and at each change, and holds no lease", async () => {
    const seen: (number | undefined)[] = [];
    const observer = await observeElection({
      role,
      etcd: { endpoints: [etcd.endpoint] },
      onLeader: (leader) => void seen.push(leader?.serverId),
    });
    await vi.waitUntil(() => seen.length === 1, PATIENCE);
    const { one, two } = await pair();
    const ids = [one.status.serverId, two.status.serverId];
    await vi.waitUntil(() => seen.length === 2, PATIENCE);
    await one.resign();
    await vi.waitUntil(() => seen.length === 4, PATIENCE);
    expect(seen).toEqual([undefined, ids[0], undefined, ids[1]]);
    expect(observer.leader).toMatchObject({ address: "127.0.0.1:2", token: two.status.token });
    observer.close();
    await two.resign();
    expect(seen).toHaveLength(4);
  });

  it("an observer reports an etcd that is not there, and refuses a role that is no name", async () => {
    const problems: string[] = [];
    const observer = await observeElection({
      role,
      etcd: { endpoints: ["127.0.0.1:1"] },
      onLeader: () => undefined,
      onProblem: ({ message }) => void problems.push(message),
    });
    await vi.waitUntil(() => problems.length > 0, PATIENCE);
    expect(observer.leader).toBeUndefined();
    observer.close();
    const nowhere = { etcd: { endpoints: [etcd.endpoint] }, onLeader: () => undefined };
    await expect(observeElection({ ...nowhere, role: "id" })).rejects.toThrow(ElectionOptionError);
  });
});
