/** `leasehold check`: its flags. The work is in `check.ts`, loaded when it runs. */
import { Option, type Command } from "commander";
import type { CommandHost } from "../base/host.ts";
import {
  casePath,
  eachAlone,
  etcdVersion,
  network,
  positiveDuration,
  seed,
  ttl,
  wholeNumber,
} from "../base/options.ts";
import { shard } from "../base/shard.ts";
import { ownOptions, faultKinds, withoutFaults } from "../own/options.ts";
import { resultOptions } from "./result-options.ts";
import type { CheckFlags } from "./flags.ts";

/** What a shard and an endless check take beside them: which schedules there are, and how they are run. They tell their results by themselves. */
const SHARDED =
  "runs seed ttl coordinators etcdVersion members network faults withoutFaults timeLimit jobs variant property fault json".split(
    " ",
  );

const EXAMPLES = `
Examples:
  leasehold check                                all properties, generated faults
  leasehold check single-active fencing          two of them
  leasehold check --runs 100000 --jobs 2         longer
  leasehold check --variant no-fencing           a broken protocol: watch it fail
  leasehold check scenario.yaml                  around a scenario: its faults varied, others added
  leasehold check --faults partition,pause       these faults alone
  leasehold check --variant ./mine.ts            a protocol of your own (docs/your-own.md)
  leasehold check --seed 7 --shard 3/16 >3.json  one part of sixteen, for leasehold merge
  leasehold check --forever --time-limit 8h      all night; the same again goes on
  leasehold check --list                         what is promised, under which assumptions

Exit codes: 0 all hold, 1 violated, 2 usage, 3 no verdict, 4 environment, 129, 130, 143 interrupted.
`;

export function addCheckCommand(program: Command, { finish, terminal }: CommandHost): void {
  const command = resultOptions(
    program
      .command("check")
      .description("Run the shipped election under generated faults, and judge every property.")
      .argument(
        "[property...]",
        "the properties to judge (default: all), and a scenario to explore around, if any",
      )
      .optionsGroup("What to run:")
      .option("--runs <n>", "number of schedules (default: 6000)", wholeNumber(1, 1_000_000_000))
      .option("--seed <n>", "seed of the generator (default: different each time, and printed)", seed)
      .option("--ttl <duration>", "lease TTL of every schedule (default: 60s, sometimes 10s)", ttl())
      .option("--coordinators <n>", "coordinators in every schedule (default: 2 or 3)", wholeNumber(1, 9))
      .option(
        "--etcd-version <version>",
        "whose rules etcd follows, such as 3.5.9 (default: several)",
        etcdVersion,
      )
      .option("--members <n>", "members of etcd in every schedule (default: 1)", wholeNumber(1, 7))
      .option(
        "--network <delays>",
        "one way, such as 15ms, or delay=15ms,slow=40ms,late=1s (default: several)",
        network,
      )
      .option("--faults <kinds>", "these kinds of faults alone, such as partition,pause", faultKinds)
      .option("--no-faults", "schedules without faults")
      .addOption(withoutFaults())
      .addOption(
        new Option(
          "--path <path>",
          "with --seed and one property: one case, as the command printed for a failure names it",
        )
          .argParser(casePath("--path 61", /^\d+$/u))
          .conflicts(["runs", "witnesses"]),
      )
      .option("--corpus <folder>", "traces to run again first (default: corpus, if it exists)")
      .option("--no-corpus", "run no kept traces")
      .optionsGroup("How to run it:")
      .option("--time-limit <duration>", "start nothing new after this, such as 30s", positiveDuration)
      .option("--watch", "again whenever a module or scenario that is named here changes")
      .option(
        "--jobs <n>",
        "worker threads, 64 at most (default: one for each 2000 schedules, up to 4 and the number of cores)",
        wholeNumber(1, 64),
      )
      .option("--shard <part>", "one part of the schedules, such as 3/16, as JSON for leasehold merge", shard)
      .option(
        "--forever [folder]",
        "rounds of new schedules without end; the folder keeps what is found (default: .leasehold/forever)",
      )
      .option("--bail [n]", "stop at the first failure, or at the nth", wholeNumber(1, 1000))
      .optionsGroup("Output:"),
  )
    .option("--list", "list the properties and exit")
    .option("--list-variants", "list the variants and exit")
    .addHelpText("after", EXAMPLES)
    .action(async (properties: string[], flags: CheckFlags) => {
      if (flags.watch === true) {
        const { watchCheck } = await import("./watch.ts");
        finish(await watchCheck(properties, flags, await terminal()));
        return;
      }
      const { check } = await import("./check.ts");
      finish(await check(properties, flags, await terminal()));
    });
  ownOptions(command, "check");
  eachAlone(command, {
    list: ["json", "property"],
    listVariants: ["json", "variant"],
    shard: SHARDED,
    forever: SHARDED.filter((name) => name !== "json" && name !== "runs"),
  });
}
