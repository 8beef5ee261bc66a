/** The metadata is read page by page: all of it, at one revision, in pages that fit; alone and in simulated elections. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { speaking, variantWith } from "../../models/edits.ts";
import { shippedDialect } from "../../models/dialect.ts";
import type { KeyValue, RangeResponse } from "../../models/etcd-api.ts";
import { outcomeOf, UNANSWERED } from "../../models/outcome.ts";
import { timingFor } from "../../models/timing.ts";
import { pageTimeoutMs, readReloadPage, RELOAD_START, reloadPage } from "../../models/reload.ts";
import { cases } from "../../properties/arbitraries.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { judgeCase } from "../../properties/check.ts";
import { drive, type Driver } from "./etcd-driver.ts";

const RANGE = { key: "m/", rangeEnd: "m0" };
const name = (at: number) => `m/${String(at).padStart(6, "0")}`;

function filled(count: number, sizeOf: (at: number) => number): Driver {
  const etcd = drive();
  for (let at = 0; at < count; at++) etcd.ok({ type: "put", key: name(at), value: "v".repeat(sizeOf(at)) });
  return etcd;
}

/** Loads, with `between` done after each page; stops at a hundred, so that a reload without end is seen as one. */
function load(etcd: Driver, between: (page: number) => void = () => undefined) {
  let cursor = RELOAD_START;
  let loaded: KeyValue[] = [];
  const pages: RangeResponse[] = [];
  for (let page = 0; page < 100; page++) {
    if (cursor.revision === 0) loaded = [];
    const reply = etcd.ask(reloadPage(RANGE, cursor));
    const read = readReloadPage(outcomeOf(reply), cursor);
    ({ cursor } = read);
    if (reply.type === "ok") pages.push(reply.response as RangeResponse);
    if (reply.type === "ok") loaded.push(...(reply.response as RangeResponse).kvs);
    if (read.meaning === "loaded") return { loaded, pages, newestRevision: cursor.newestRevision };
    between(page);
  }
  throw new Error("a hundred pages, and no end");
}

describe("a reload", () => {
  it.each([0, 1, 999, 1000, 1001, 5000])("of %i keys brings each once, in order", (count) => {
    const etcd = filled(count, () => 10);
    const { loaded, newestRevision } = load(etcd);
    expect(loaded.map(({ key }) => key)).toEqual(Array.from({ length: count }, (_, at) => name(at)));
    expect(newestRevision).toBe(count === 0 ? 0 : count + 1);
  });

  it("asks once for what fits into one page", () => {
    expect(load(filled(1000, () => 10)).pages).toHaveLength(1);
  });

  it("reads every page as the first found it, whatever is written meanwhile", () => {
    const etcd = filled(2500, () => 10);
    const { loaded, newestRevision } = load(etcd, (page) => {
      etcd.ok({ type: "put", key: name(2400), value: `after page ${page}` });
      etcd.ok({ type: "deleteRange", key: name(2450) });
    });
    expect(loaded).toHaveLength(2500);
    expect(loaded[2400]?.value).toBe("v".repeat(10));
    expect(newestRevision).toBe(2501);
  });

  it("begins again when its revision is compacted away", () => {
    const etcd = filled(2500, () => 10);
    const { loaded } = load(etcd, (page) => {
      if (page > 0) return;
      const { header } = etcd.ok({ type: "put", key: name(0), value: "newer" });
      etcd.ok({ type: "compact", revision: header.revision });
    });
    expect(loaded).toHaveLength(2500);
    expect(loaded[0]?.value).toBe("newer");
  });

  it("makes pages of large values small, and of small ones large", () => {
    const bytesOf = ({ kvs }: RangeResponse) =>
      kvs.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
    const { pages } = load(filled(1600, () => 4000));
    for (const page of pages.slice(1)) expect(bytesOf(page)).toBeLessThanOrEqual(1 << 20);
    expect(load(filled(8000, () => 10)).pages).toHaveLength(2);
  });

  it("asks for less after a page that nobody answered, down to single keys, and goes on where it was", () => {
    const first = filled(1500, () => 10).ask(reloadPage(RANGE, RELOAD_START));
    let { cursor } = readReloadPage(outcomeOf(first), RELOAD_START);
    const { lastKey } = cursor;
    let before = cursor.pageKeys;
    for (let attempt = 0; attempt < 10; attempt++) {
      ({ cursor } = readReloadPage(UNANSWERED, cursor));
      expect(cursor.pageKeys).toBeLessThanOrEqual(Math.max(1, before / 4));
      before = cursor.pageKeys;
    }
    expect(pageTimeoutMs(timingFor(2), cursor)).toBe(500);
    expect(pageTimeoutMs(timingFor(2), RELOAD_START)).toBe(timingFor(2).requestTimeoutMs);
    expect(reloadPage(RANGE, cursor)).toMatchObject({
      key: `${lastKey}\0`,
      limit: 1,
      revision: cursor.revision,
    });
  });
});

describe("simulated elections that load one key a page", () => {
  const { readings, requests } = shippedDialect;
  const oneByOne = { ...requests, reload: limitedToOne };
  function limitedToOne(...given: Parameters<typeof requests.reload>) {
    return { ...requests.reload(...given), limit: 1 };
  }
  const paged = variantWith("pages", "loads one key a page", { dialect: speaking({ requests: oneByOne }) });
  const hasty = variantWith("hasty", "takes the first page for all there is", {
    dialect: speaking({
      requests: oneByOne,
      readings: {
        ...readings,
        reload(...given) {
          const meaning = readings.reload(...given);
          return meaning === "metadata.page" ? "metadata.loaded" : meaning;
        },
      },
    }),
  });
  const judges = catalogue.filter(({ name: one }) =>
    ["metadata-complete", "single-active", "fencing"].includes(one),
  );
  const given = fc.sample(cases(), { numRuns: 150, seed: 20261129 });
  const violated = (variant: typeof paged) =>
    new Set(
      given.flatMap((one) =>
        judgeCase(one, variant, judges).flatMap(({ property, verdict }) =>
          verdict?.type === "violated" ? [property.name] : [],
        ),
      ),
    );

  it("load all of it under every fault", () => {
    expect(violated(paged)).toEqual(new Set());
  });

  it("would be caught stopping after the first page", () => {
    expect(violated(hasty)).toEqual(new Set(["metadata-complete"]));
  });
});
