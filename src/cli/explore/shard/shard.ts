/** `leasehold explore --shard 2/4`: some of the spaces that were asked for, for a machine among many; told by `leasehold merge`. */
import { variantOrShipped } from "../../base/names.ts";
import { EXIT, type ExitCode } from "../../base/exit-codes.ts";
import { ProgressLine } from "../../base/progress.ts";
import { sealedShard } from "../../base/shard-file.ts";
import { tellShard, type Shard } from "../../base/shard.ts";
import { listenForSignals } from "../../base/signals.ts";
import type { Terminal } from "../../base/terminal.ts";
import { UserError } from "../../base/user-error.ts";
import { codeOf } from "../../own/code.ts";
import type { Own } from "../../own/adopt.ts";
import { countOf } from "../../../words/count.ts";
import { explorable } from "../explorable.ts";
import type { AskedSpaces } from "../checkpoint.ts";
import type { ExploreFlags } from "../flags.ts";
import { howFar } from "../how-far.ts";
import { promisesOf, spacesOf } from "../plan.ts";
import { exploreAll } from "../pool.ts";
import { drawing } from "../progress.ts";
import { packedEnd } from "../kept-end.ts";
import type { ExploreShard } from "./document.ts";

/** Explores its spaces and prints its document. Exit code 0 says that they were explored, whatever became of them. */
export async function exploreShard(
  shard: Shard,
  asked: AskedSpaces,
  flags: ExploreFlags,
  own: Own,
  terminal: Terminal,
): Promise<ExitCode> {
  const promises = promisesOf(asked.names, flags);
  const variant = variantOrShipped(own.variant);
  const spaces = spacesOf(flags, variant);
  if (shard.of > spaces.length)
    throw new UserError({
      where: `--shard ${tellShard(shard)}`,
      what: `there ${spaces.length === 1 ? "is" : "are"} ${countOf(spaces.length, "space")}, so there are no ${shard.of} parts`,
      remedy:
        flags.faults === undefined
          ? `divide them into at most ${spaces.length}`
          : "leave --shard out: faults that are named make one space; without --faults there are more",
    });
  for (const space of spaces.slice(0, 1)) await explorable(space, flags.variant);
  const ends: [number, unknown][] = [];
  const signals = listenForSignals();
  const progress = new ProgressLine(terminal, "states");
  try {
    const left = new Map([...spaces.entries()].filter(([at]) => at % shard.of === shard.number - 1));
    await exploreAll({
      ...howFar(flags),
      spaces: left,
      promises,
      word: flags.variant,
      jobs: Math.min(flags.jobs ?? 1, left.size),
      signal: signals.signal,
      modules: own.modules,
      keepingOf: () => undefined,
      onStanding: drawing(progress, { spaces, promises, isKnown: false }),
      onEnd: (at, { space: _, ...end }) => void ends.push([at, packedEnd(end)]),
    });
    progress.clear();
    const document: ExploreShard = {
      code: codeOf(own.modules),
      variant: variant.name,
      shard,
      asked,
      howFar: howFar(flags),
      spaces: spaces.length,
      interrupted: signals.signal.aborted,
      ends,
    };
    terminal.out(sealedShard("explore", document));
    return signals.exitCode() ?? EXIT.holds;
  } finally {
    signals.release();
  }
}
