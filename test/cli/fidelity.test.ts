/** `leasehold fidelity` finds no difference on a real etcd, and would find one. */
import { expect, describe, it } from "vitest";
import type { KvRequest, ServerReply } from "../../models/vocabulary.ts";
import { Comparison } from "../../src/cli/fidelity/compare.ts";
import { draftsFrom, fidelity } from "../../src/cli/fidelity/fidelity.ts";
import { SimulatedSide } from "../../src/cli/fidelity/sides.ts";
import { Chalk } from "chalk";
import { describeWith } from "../helpers/require.ts";

/** The simulated etcd against one that is almost it. */
async function firstDeviation(other: SimulatedSide, commands: number) {
  const comparison = new Comparison(other, new SimulatedSide("3.4.23"));
  const drafts = draftsFrom(1);
  while (comparison.commands < commands) {
    const deviation = await comparison.step(drafts.next().value);
    if (deviation !== undefined) return deviation;
  }
  return undefined;
}

class Crooked extends SimulatedSide {
  readonly #bend: (reply: ServerReply, request: KvRequest) => ServerReply;
  constructor(bend: (reply: ServerReply, request: KvRequest) => ServerReply) {
    super("3.4.23");
    this.#bend = bend;
  }
  override async ask(request: KvRequest): Promise<ServerReply> {
    return this.#bend(await super.ask(request), request);
  }
}

describe("the comparison", () => {
  it("finds nothing between equals", async () => {
    expect(await firstDeviation(new SimulatedSide("3.4.23"), 1500)).toBeUndefined();
  }, 60_000);

  it("finds another error text", async () => {
    const other = new Crooked((reply) =>
      reply.type === "error"
        ? { ...reply, message: reply.message.replace("lease not found", "lease unknown") }
        : reply,
    );
    expect(await firstDeviation(other, 1500)).toMatchObject({
      real: { message: "etcdserver: requested lease unknown" },
    });
  }, 60_000);

  it("finds a revision that is off by one, once in a while", async () => {
    let count = 0;
    const other = new Crooked((reply) => {
      if (reply.type === "error" || reply.response.type !== "put" || ++count < 100) return reply;
      const { header } = reply.response;
      return {
        ...reply,
        response: { ...reply.response, header: { ...header, revision: header.revision + 1 } },
      };
    });
    expect(await firstDeviation(other, 3000)).toMatchObject({ command: { request: { type: "put" } } });
  }, 60_000);
});

describeWith("etcd", "leasehold fidelity", () => {
  it("finds no difference on the etcd of this machine", async () => {
    let out = "";
    const terminal = {
      out: (text: string) => void (out += text),
      err: () => undefined,
      paint: new Chalk({ level: 0 }),
      paintErr: new Chalk({ level: 0 }),
      width: 100,
      proseWidth: 100,
      live: false,
    };
    expect(await fidelity({ commands: "3000", seed: "20261124" }, terminal), out).toBe(0);
    expect(out).toContain("No difference in 3 000 commands");
    expect(out).toMatch(/real +0\.\d{3} \/ 0\.\d{3} \/ 0\.\d{3}/u);
  }, 120_000);
});
