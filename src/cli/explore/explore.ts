/** `leasehold explore`: what its flags ask for, and whom it asks to do it. */
import { quote } from "../../words/shown.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { jsonDocument } from "../base/json.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import { adoptOwn } from "../own/adopt.ts";
import { blaming } from "../own/blame.ts";
import { codeOf } from "../own/code.ts";
import { BOUNDS, Checkpoint, type AskedSpaces } from "./checkpoint.ts";
import { faultsDocument } from "./document.ts";
import type { ExploreFlags } from "./flags.ts";
import { refuseTooLittle } from "./how-far.ts";
import { renderFaults } from "./render.ts";
import { exploreSpaces } from "./spaces.ts";

export async function explore(
  names: readonly string[],
  flags: ExploreFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const json = flags.json === true;
  if (flags.list === true) {
    if (names.length > 0)
      throw new UserError({
        where: "--list",
        what: `it lists every fault, so ${names.map((name) => quote(name)).join(" ")} is too much`,
        remedy: "leave one of them out",
      });
    terminal.out(json ? jsonDocument("explorable-faults", faultsDocument()) : renderFaults(terminal));
    return EXIT.holds;
  }
  const given = askedOf(names, flags);
  const resumed = flags.resume === undefined ? undefined : Checkpoint.resume(flags.resume, given);
  const asked = resumed?.asked ?? given;
  const all = { ...flags, ...asked.bounds };
  try {
    const own = await adoptOwn(all);
    refuseTooLittle(flags);
    resumed?.heldAgainst(codeOf(own.modules));
    const { shard } = flags;
    return await blaming(own.modules, async () => {
      if (shard === undefined) return exploreSpaces(asked, all, own, resumed, terminal);
      return (await import("./shard/shard.ts")).exploreShard(shard, asked, all, own, terminal);
    });
  } finally {
    resumed?.release();
  }
}

function askedOf(names: readonly string[], flags: ExploreFlags): AskedSpaces {
  const bounds = Object.fromEntries(
    BOUNDS.flatMap((flag) => (flags[flag] === undefined ? [] : [[flag, flags[flag]]])),
  );
  return { names, bounds };
}
