/** An exploration under way as a file: blocks of its lines, packed, so that whatever was cut or changed of it shows. */
import { gunzipSync, gzipSync } from "node:zlib";
import type { Exploration } from "../../search/exploration.ts";
import type { StatePromise } from "../../search/promises.ts";
import { Restoration, snapshotOf, UnfitSnapshot } from "../../search/snapshot.ts";
import type { Space } from "../../search/space.ts";
import { linesOf } from "../../trace/trace-file.ts";
import { writeWhole } from "../base/output-file.ts";
import { whyUnreadable } from "../base/text-input.ts";
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

/** Throws a UserError for a file that cannot be read, or gone on from. */
export function readExploration(file: string, space: Space, promises: readonly StatePromise[]): Exploration {
  const restoration = new Restoration(space, promises);
  try {
    for (const block of linesOf(file)) for (const text of unpacked(block).split("\n")) restoration.take(text);
    return restoration.finish();
  } catch (error) {
    const what = whyUnfit(error);
    if (what === undefined) throw error;
    throw new UserError({ where: file, what, remedy: "remove it, and its space is begun anew" });
  }
}

/** Undefined: it is no fault of the file's. */
function whyUnfit(error: unknown): string | undefined {
  if (error instanceof UnfitSnapshot) return `it cannot be gone on from: ${error.message}`;
  return error instanceof Error && "syscall" in error
    ? whyUnreadable(error as NodeJS.ErrnoException)
    : undefined;
}

function unpacked(block: string): string {
  try {
    return gunzipSync(Buffer.from(block, "base64")).toString();
  } catch {
    throw new UnfitSnapshot("it is cut or damaged");
  }
}
