/** `leasehold check`: from flags to a plan, through the run, to table, stories and exit code. */
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { listenForSignals } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { adoptOwn, type Own } from "../own/adopt.ts";
import { blaming } from "../own/blame.ts";
import { UserError } from "../base/user-error.ts";
import { quote } from "../../words/shown.ts";
import type { CheckFlags } from "./flags.ts";
import { listProperties, listVariants } from "./lists.ts";
import { DEFAULT_RUNS, planOf } from "./plan.ts";
import { runPlanned } from "./run-planned.ts";
import { beginTelling, refuseEarly, tellResult } from "./tell.ts";

/** Where an endless check keeps what it knows, unless it is told. */
const FOREVER = ".leasehold/forever";

export async function check(
  names: readonly string[],
  flags: CheckFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  if (flags.list === true || flags.listVariants === true) {
    if (names.length > 0)
      throw new UserError({
        where: flags.list === true ? "--list" : "--list-variants",
        what: `it lists them all, so ${names.map((name) => quote(name)).join(" ")} is too much`,
        remedy: "leave one of them out",
      });
  }
  const own = await adoptOwn(flags);
  return blaming(own.modules, () => checkAll(names, flags, own, terminal));
}

async function checkAll(
  names: readonly string[],
  flags: CheckFlags,
  own: Own,
  terminal: Terminal,
): Promise<ExitCode> {
  if (flags.list === true || flags.listVariants === true) {
    const json = flags.json === true;
    terminal.out(flags.list === true ? listProperties(json) : listVariants(json));
    return EXIT.holds;
  }
  if (flags.shard !== undefined) {
    const { checkShard } = await import("./shard/shard.ts");
    return checkShard(flags.shard, names, flags, own, terminal);
  }
  if (flags.forever !== undefined) {
    const { checkForever } = await import("./forever/forever.ts");
    return checkForever(flags.forever === true ? FOREVER : flags.forever, names, flags, own, terminal);
  }
  const planned = planOf(names, flags, own, terminal);
  if (planned === undefined) return EXIT.usage;
  refuseEarly(flags);
  const runs = planned.plan.path === undefined ? (flags.runs ?? DEFAULT_RUNS) : 1;
  const signals = listenForSignals();
  try {
    const telling = await beginTelling(planned, runs, flags, terminal);
    const result = await runPlanned(planned.plan, runs, flags, own, signals.signal, terminal);
    return tellResult(telling, result, flags, own.modules, terminal, signals.exitCode());
  } finally {
    signals.release();
  }
}
