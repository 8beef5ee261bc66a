import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { cases } from "../../properties/arbitraries.ts";
import { exportTrace } from "../../src/export/index.ts";
import type { TraceEvent } from "../../src/trace/format.ts";
import { broken, recorded, SAMPLES } from "./recorded.ts";

interface Itf {
  readonly "#meta": Readonly<Record<string, unknown>>;
  readonly vars: readonly string[];
  readonly states: readonly Readonly<Record<string, unknown>>[];
}

/** Apalache's ADR-015 and the quirks of Quint's reader: what a value may look like. */
function faultsOfValue(value: unknown, path: string): string[] {
  if (typeof value === "string" || typeof value === "boolean") return [];
  if (typeof value !== "object" || value === null) return [`${path} is ${String(value)}`];
  if (Array.isArray(value)) return value.flatMap((one, at) => faultsOfValue(one, `${path}[${at}]`));
  const fields = Object.entries(value);
  const [first] = fields;
  if (first?.[0] === "#bigint")
    return fields.length === 1 && /^-?\d+$/u.test(String(first[1]))
      ? []
      : [`${path}: ${JSON.stringify(value)}`];
  if (first?.[0] === "#set" || first?.[0] === "#tup") {
    const items = first[1] as unknown[];
    const twice = first[0] === "#set" && new Set(items.map((one) => JSON.stringify(one))).size < items.length;
    return [...(twice ? [`${path} holds something twice`] : []), ...faultsOfValue(items, path)];
  }
  if (first?.[0] === "#map") {
    const pairs = first[1] as [unknown, unknown][];
    const keys = new Set(pairs.map(([key]) => JSON.stringify(key)));
    const twice = keys.size < pairs.length ? [`${path} has a key twice`] : [];
    return [
      ...twice,
      ...pairs.flatMap((pair) => (pair.length === 2 ? faultsOfValue(pair, path) : [`${path} pairs`])),
    ];
  }
  const variant = "tag" in value && fields.length <= 2 && (fields.length === 1 || "value" in value);
  return [
    ...(variant ? [`${path} would be read as a variant`] : []),
    ...fields.flatMap(([name, inner]) =>
      /^(?:#|__)/u.test(name) ? [`${path} has a field ${name}`] : faultsOfValue(inner, `${path}.${name}`),
    ),
  ];
}

function faultsOf({ states, vars }: Itf): string[] {
  const expected = [...vars].sort().join();
  return states.flatMap((state, index) => {
    const { "#meta": meta, ...values } = state;
    return [
      ...(Object.keys(values).sort().join() === expected ? [] : [`state ${index} has other variables`]),
      ...((meta as { index?: unknown } | undefined)?.index === index
        ? []
        : [`state ${index} has another index`]),
      ...Object.entries(values).flatMap(([name, value]) => faultsOfValue(value, `${index}.${name}`)),
    ];
  });
}

describe("an ITF trace", () => {
  it.each(SAMPLES)("of $name obeys the format, with a state for each event", ({ lines }) => {
    const trace = lines();
    const itf = JSON.parse(exportTrace("itf", trace)) as Itf;
    expect(faultsOf(itf)).toEqual([]);
    expect(itf.states).toHaveLength(trace.length - 1);
    expect(itf["#meta"]["format"]).toBe("ITF");
  });

  it("of generated runs obeys the format", () => {
    fc.assert(
      fc.property(cases({ horizonMs: 100_000, ttlSeconds: 10 }), (given) => {
        expect(
          faultsOf(JSON.parse(exportTrace("itf", recorded({ ...given, variant: shipped }))) as Itf),
        ).toEqual([]);
      }),
      { numRuns: 40, seed: 4 },
    );
  });

  it("says what was done, when, and how the coordinators stood", () => {
    const trace = broken();
    const itf = JSON.parse(exportTrace("itf", trace)) as Itf;
    const last = trace.findLast((line): line is TraceEvent => line.type === "event");
    expect(itf.states[0]).toMatchObject({ "mbt::actionTaken": "init", now: { "#bigint": "0" } });
    const state = itf.states.at(-1);
    expect(state).toMatchObject({
      now: { "#bigint": String(Math.round((last?.at ?? 0) * 1000)) },
      event: { number: { "#bigint": String(last?.n) }, node: last?.node },
    });
    const coordinators = state?.["coordinators"] as { "#map": [string, { standing: string }][] };
    expect(coordinators["#map"].map(([name, { standing }]) => `${name} ${standing}`)).toEqual([
      "rootcoord-a active",
      "rootcoord-b active",
    ]);
    expect(itf["#meta"]["violation"]).toMatch(/^single-active: /u);
  });

  it("is refused by the rules when it is wrong", () => {
    const states = [{ "#meta": { index: 0 }, a: 1.5, b: { "#set": ["x", "x"] }, c: { tag: "t" } }];
    expect(faultsOf({ "#meta": {}, vars: ["a", "b"], states })).toEqual([
      "state 0 has other variables",
      "0.a is 1.5",
      "0.b holds something twice",
      "0.c would be read as a variant",
    ]);
  });
});
