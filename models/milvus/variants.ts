/** The election as releases of Milvus ran it: the shipped chart and dialect, edited. */
import { variantWith } from "../edits.ts";
import type { Variant } from "../variant.ts";
import { chartOf } from "./chart.ts";
import { dialectOf } from "./dialect.ts";
import { releases } from "./ways.ts";

export const milvusVariants: readonly Variant[] = releases.map(({ name, says, ways }) =>
  variantWith(name, `the election of Milvus: ${says}`, { chart: chartOf(ways), dialect: dialectOf(ways) }),
);
