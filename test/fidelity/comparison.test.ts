/** The comparison can say no: a simulated etcd with one mistake, beside one without, and the mistake is found and shrunk. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { commandSequence } from "../../properties/fidelity/arbitraries.ts";
import { place, type StoreCommand } from "../../properties/fidelity/command.ts";
import { ALLOWANCES, compareHeard } from "../../properties/fidelity/compare.ts";
import { EXCLUSIONS, exclusionOf } from "../../properties/fidelity/exclusions.ts";
import { searchDifferences } from "../../properties/fidelity/search.ts";
import { SimulatedServer, type RealServer } from "../../properties/fidelity/servers.ts";
import { readProjectFile } from "../helpers/repository.ts";
import { mutants } from "./mutants.ts";

const version = "3.4.23";

/** A simulated etcd in the real one's place. */
function inPlaceOfReal(): RealServer {
  let server = new SimulatedServer(version, 7);
  return {
    ask: (request) => Promise.resolve(server.ask(request)),
    tell: (stream, message) => server.tell(stream, message),
    heard: (stream) => server.heard(stream),
    untilHeard(stream, enough) {
      // It has no time of its own: what is awaited comes with the next pass.
      if (!enough(server.heard(stream))) server.catchUp();
      return Promise.resolve();
    },
    hangUp: () => {
      server = new SimulatedServer(version, 7);
    },
  };
}

describe("the comparison", () => {
  it("finds nothing where there is nothing", async () => {
    const { counts, found } = await searchDifferences([{ real: inPlaceOfReal(), version }], {
      seed: 1,
      commands: 20_000,
    });
    expect(found).toBeUndefined();
    expect(counts.commands).toBeGreaterThanOrEqual(20_000);
  });

  test.each(Object.entries(mutants))("finds: %s", async (_name, step) => {
    const pair = { real: inPlaceOfReal(), version, step } as const;
    const { found } = await searchDifferences([pair], { seed: 1, commands: 60_000 });
    expect(found).toBeDefined();
    expect(found?.commands.length).toBeLessThan(16);
  });

  it("finds the same case again by seed and path", async () => {
    const pair = { real: inPlaceOfReal(), version, step: mutants["lost event"] ?? failing() } as const;
    const { found } = await searchDifferences([pair], { seed: 5, commands: 60_000 });
    if (found === undefined) throw new Error("not found");
    const again = await searchDifferences([pair], { seed: found.seed, path: found.path, commands: 1 });
    expect(again.found?.commands).toEqual(found.commands);
    expect(again.found?.difference.path).toBe(found.difference.path);
  });

  it("throws what keeps it from asking, instead of calling it a difference", async () => {
    const ask = () => Promise.resolve({ type: "error", code: "Unavailable", message: "gone" } as const);
    const gone: RealServer = { ...inPlaceOfReal(), ask };
    await expect(searchDifferences([{ real: gone, version }], { seed: 1, commands: 10 })).rejects.toThrow(
      "gone",
    );
  });
});

describe("commands", () => {
  const at = { base: 90, picked: "5" };
  const asks = (request: Extract<StoreCommand, { type: "ask" }>["request"]): StoreCommand => ({
    type: "ask",
    request,
  });

  it("count revisions from the case's base, and leave what means something else alone", () => {
    expect(place(asks({ type: "range", key: "a", revision: 4, minModRevision: 0 }), at)).toEqual(
      asks({ type: "range", key: "a", revision: 90, minModRevision: 0 }),
    );
    expect(place(asks({ type: "leaseRevoke", id: "picked" }), at)).toEqual(
      asks({ type: "leaseRevoke", id: "5" }),
    );
  });

  it("are left out by a rule now and then, and rarely", () => {
    const all = fc.sample(commandSequence, { numRuns: 300, seed: 1 }).flat();
    const left = all.filter((command) => exclusionOf(command) !== undefined);
    expect(left.length).toBeGreaterThan(0);
    expect(left.length / all.length).toBeLessThan(0.05);
  });
});

describe("the document", () => {
  it("lists every rule and every allowance", () => {
    const rows = readProjectFile("docs/fidelity.md").split("\n");
    for (const { name } of [...EXCLUSIONS, ...ALLOWANCES])
      expect(rows.filter((row) => row.startsWith(`| ${name} |`))).toHaveLength(1);
  });
});

function failing(): never {
  throw new Error("no such mutant");
}

test("an answer about progress may come before or after the events of a watch that has its id, -1", () => {
  const header = { revision: 5, raftTerm: 1 };
  const bare = { watchId: -1, header, created: false, canceled: false, compactRevision: 0, cancelReason: "" };
  const progress = { ...bare, fragment: false, events: [] };
  const kv = { key: "a", value: "v", createRevision: 5, modRevision: 5, version: 1, lease: "0" };
  const event = { ...bare, fragment: false, events: [{ type: "PUT" as const, kv }] };
  expect(compareHeard([progress, event], [event, progress])).toBeUndefined();
  expect(compareHeard([progress, event], [progress])?.path).toBe("watch -1, message 1");
  expect(compareHeard([event], [event, progress])?.path).toBe("progress, message 1");
});
