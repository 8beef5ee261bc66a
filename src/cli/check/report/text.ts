/** A check's result for people: stories of what failed, the table, and what a clean run says. */
import { DEFAULT_TTL_SECONDS, timingFor } from "../../../../models/timing.ts";
import { shipped } from "../../../../models/variant.ts";
import { EXIT } from "../../base/exit-codes.ts";
import type { Terminal } from "../../base/terminal.ts";
import { againFor } from "../plan.ts";
import { renderStatement, renderTable, renderWitnesses } from "../render-check.ts";
import { renderFailure } from "../render-failure.ts";
import type { CheckResult } from "../runner.ts";
import type { CheckReport } from "./reported.ts";

const WHAT_NEXT =
  "Next: leasehold simulate (one takeover, step by step) · leasehold check --variant no-fencing (see it fail)\n";

export function textReport(
  { code, failures, planned, result, runs, variant, witnesses }: CheckReport,
  terminal: Terminal,
): string {
  const { plan } = planned;
  const { paint } = terminal;
  const told = failures.map((view) => `${renderFailure({ ...view, variant }, terminal)}\n`);
  if (plan.path !== undefined) {
    const holds = failures.length === 0 && result.done > 0;
    return [...told, holds ? `${plan.properties.join()} holds for this case now.\n` : ""].join("");
  }
  const { around, ttlSeconds = DEFAULT_TTL_SECONDS } = plan.cases;
  const timing = timingFor(around?.ttlSeconds ?? ttlSeconds, around?.clockRateTolerance);
  return [
    ...told,
    `${renderTable(result.tallies, plan.cases, terminal)}\n`,
    witnesses ? `${renderWitnesses(result.tallies, plan.cases)}\n` : "",
    renderStatement(result, plan.cases, terminal, variant === shipped ? timing : undefined),
    paint.dim(`Seed ${plan.seed}: the same again with ${againFor(planned, repeatable(result, runs))}\n`),
    code === EXIT.holds && variant === shipped ? paint.dim(WHAT_NEXT) : "",
  ].join("");
}

/** Where a check ended early, what it did is what can be repeated. */
function repeatable({ done, ended: how }: CheckResult, runs: number): number {
  return how === "complete" || how === "settled" ? runs : done;
}
