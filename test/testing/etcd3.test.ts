/** Code on npm's `etcd3`: its own client runs unchanged in virtual time, and sees what it sees of a served and of a real etcd. */
import { Etcd3 } from "etcd3";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  adversity,
  check,
  eventually,
  neverTwo,
  startEtcd,
  withTimers,
  type Adversity,
  type AdversityOptions,
  type AdversityResult,
  type Program,
} from "../../src/testing/index.ts";
import { judgePrograms } from "../../src/testing/run.ts";
import { inOneTurn } from "../../src/testing/turn.ts";
import { startEtcd as startRealEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { SNIPPETS, type Snippet } from "./etcd3-snippets.ts";

const LIMIT_MS = 60_000;

/** What a snippet returns in a simulated process, as JSON. */
async function simulated(snippet: Snippet): Promise<string> {
  const [calm] = fc.sample(adversity({ processes: 1, faults: [] }), 1) as [Adversity];
  let said = "it is not over in five minutes";
  const program = withTimers(async ({ grpcOptions, sleep }) => {
    const found = await snippet(new Etcd3({ hosts: "etcd:2379", grpcOptions })).catch(String);
    said = JSON.stringify(found);
    await sleep(1e9);
  });
  await inOneTurn(() => judgePrograms(calm, program, []));
  return said;
}

async function over(endpoint: string, snippet: Snippet): Promise<string> {
  const client = new Etcd3({ hosts: endpoint });
  try {
    await client.delete().all();
    return JSON.stringify(await snippet(client));
  } finally {
    client.close();
  }
}

describe("what code on etcd3 sees", () => {
  it.each(Object.entries(SNIPPETS))(
    "%s: in virtual time as over gRPC",
    async (_, snippet) => {
      const served = await startEtcd();
      try {
        expect(await simulated(snippet)).toBe(await over(served.endpoint, snippet));
      } finally {
        served.close();
      }
    },
    LIMIT_MS,
  );
});

describeWith("etcd", "what code on etcd3 sees of a real etcd", (executable) => {
  let real: RealEtcd;
  beforeAll(async () => {
    real = await startRealEtcd(executable);
  }, LIMIT_MS);
  afterAll(() => real.stop());

  it.each(Object.entries(SNIPPETS))(
    "%s: in virtual time the same",
    async (_, snippet) => {
      expect(await simulated(snippet)).toBe(await over(real.endpoint, snippet));
    },
    LIMIT_MS,
  );
});

describe("etcd3 under adversity", () => {
  /** etcd3's own election, believed as its events say. */
  const boss: Program = withTimers(async ({ claim, grpcOptions, name, release }) => {
    const client = new Etcd3({ hosts: "etcd:2379", grpcOptions });
    const campaign = client.election("boss", 10).campaign(name);
    await new Promise((_, reject) => {
      campaign.on("elected", () => claim("boss"));
      campaign.on("error", (error) => {
        release("boss");
        reject(error);
      });
    });
  });
  const checked = (faults: AdversityOptions["faults"] = []): Promise<AdversityResult> =>
    check(adversity({ processes: 2, faults }), boss, {
      properties: [neverTwo("boss"), eventually("boss", { withinMs: 60_000 })],
      seed: 1,
      runs: 30,
    });

  it(
    "elects one after another where processes crash",
    async () => {
      expect(await checked(["crash"])).toMatchObject({ failure: undefined, untested: [] });
    },
    LIMIT_MS,
  );

  it(
    "tells who is cut off of the loss of its lease when another leads already",
    async () => {
      const { failure } = await checked(["partition"]);
      expect(failure?.says).toBe('worker-2 claims "boss" while worker-1 still does.');
      expect(failure?.adversity.scenario.faults).toHaveLength(1);
      expect(failure?.story.at(-2)).toMatch(/"election\/boss\/\d+" deleted, its lease ran out$/u);
    },
    LIMIT_MS,
  );
});

describe("what is refused", () => {
  it.each<[string, (client: Etcd3) => Promise<unknown>, string]>([
    [
      "users",
      (client) => client.getRoles(),
      "leasehold/testing simulates etcd's KV, Lease and Watch; /etcdserverpb.Auth/RoleList is none of their procedures",
    ],
    [
      "maintenance",
      (client) => client.maintenance.status(),
      "leasehold/testing simulates etcd's KV, Lease and Watch; /etcdserverpb.Maintenance/Status is none of their procedures",
    ],
  ])("%s, by name", async (_, ask, text) => {
    const asked = (client: Etcd3) => ask(client).then(String, String);
    expect(await simulated(asked)).toContain(text);
  });

  it("real time, where a program did not ask for timers: what to do is said", async () => {
    const [calm] = fc.sample(adversity({ processes: 1, faults: [] }), 1) as [Adversity];
    const program: Program = async ({ grpcOptions }) => {
      await new Etcd3({ hosts: "etcd:2379", grpcOptions }).lease(5).grant();
    };
    await expect(inOneTurn(() => judgePrograms(calm, program, []))).rejects.toThrow(
      "or run the program withTimers(…) where a library calls it",
    );
  });
});
