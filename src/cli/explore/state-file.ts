/** An exploration under way as a file: blocks of its lines, packed, so that whatever was cut or changed of it shows. */
import { gunzipSync, gzipSync } from "node:zlib";
import type { Exploration } from "../../search/exploration.ts";
import type { StatePromise } from "../../search/promises.ts";
import { Restoration, snapshotOf, UnfitSnapshot } from "../../search/snapshot.ts";
import type { Space } from "../../search/space.ts";
import { linesOf } from "../../trace/trace-file.ts";
import { writeWhole } from "../base/output-file.ts";
import { UserError } from "../base/user-error.ts";

/** Characters in a block before it is packed. */
const A_BLOCK = 2 ** 20;
const QUICKEST = { level: 1 };

/** Appears whole or not at all. */
export function writeExploration(file: string, exploration: Exploration): void {
  writeWhole(file, (line) => {
    let block: string[] = [];
    let length = 0;
    const pack = () => {
      if (block.length > 0) line(gzipSync(block.join("\n"), QUICKEST).toString("base64"));
      block = [];
      length = 0;
    };
    for (const text of snapshotOf(exploration)) {
      block.push(text);
      length += text.length;
      if (length > A_BLOCK) pack();
    }
    pack();
  });
}

/** Throws a UserError for a file that cannot be gone on from, and what the file system throws. */
export function readExploration(file: string, space: Space, promises: readonly StatePromise[]): Exploration {
  const restoration = new Restoration(space, promises);
  try {
    for (const block of linesOf(file)) for (const text of unpacked(block).split("\n")) restoration.take(text);
    return restoration.finish();
  } catch (error) {
    if (!(error instanceof UnfitSnapshot)) throw error;
    throw new UserError({
      where: file,
      what: `it cannot be gone on from: ${error.message}`,
      remedy: "remove it, and its space is begun anew",
    });
  }
}

function unpacked(block: string): string {
  try {
    return gunzipSync(Buffer.from(block, "base64")).toString();
  } catch {
    throw new UnfitSnapshot("it is cut or damaged");
  }
}
