/**
 * An election for services: `runElection` joins it, calls the service when it is active, and tells it by an abort signal
 * when it no longer is. Under it run the chart and the driver that the simulations run.
 */
import { fromBytes } from "../../models/bytes.ts";
import { DEFAULT_TTL_SECONDS } from "../../models/timing.ts";
import type { RangeRequest, RangeResponse } from "../../models/etcd-api.ts";
import type { ElectionConfig } from "../election/driver.ts";
import { createElectionConfig } from "../election/config.ts";
import { all, Member, type Audience } from "../election/member.ts";
import { EtcdKv } from "../kv/etcd/adapter.ts";
import { checkElectionOptions } from "./check-options.ts";
import { isSeam, realSeam, type EtcdSeam, type StoppableClock } from "./etcd-seam.ts";
import type { ElectionNotice } from "./notice.ts";
import { NoticeTeller } from "./notice-teller.ts";
import { reporterFor, type Report } from "./report.ts";
import { TermRunner } from "./term-runner.ts";
import type { Election, ElectionOptions, Status } from "./term.ts";

/**
 * Joins the election and returns; etcd need not be there yet. Throws an {@link ElectionOptionError}, an `EtcdOptionError`
 * or a RangeError (a TTL for which there is no timing) where the options cannot be used.
 */
export function runElection(options: ElectionOptions): Promise<Election> {
  return joinElection(options, () => []);
}

/** The same, with more to hear what happens: logs, metrics, recordings. */
export async function joinElection(
  options: ElectionOptions,
  audiencesFor: (config: ElectionConfig, etcd: { readonly endpoint: string }) => readonly Audience[],
): Promise<Election> {
  checkElectionOptions(options);
  const config = configFor(options);
  const report = reporterFor(options);
  const { etcd } = options;
  const seam = isSeam(etcd) ? etcd : await realSeam(etcd, (problem) => report("etcd", problem));
  const client = seam.connect();
  const clocks: StoppableClock[] = [];
  const clockFor = (onTimer: (timer: string) => void) => {
    const clock = seam.clock(onTimer);
    clocks.push(clock);
    return clock;
  };
  const read = async (range: Omit<RangeRequest, "type">) => {
    const reply = await client.submit({ type: "range", ...range }, config.timing.requestTimeoutMs);
    if (reply.type === "error") throw new Error(`etcd: ${reply.message} (${reply.code})`);
    return reply.response as RangeResponse;
  };
  const runner = new TermRunner(options, config, read, clockFor, report);
  const member = new Member(
    config,
    (listener) => new EtcdKv(client, listener),
    clockFor,
    all([...audiencesFor(config, client), ...noticesFor(options, client, clockFor, report), runner]),
  );
  const ended = runner.enter(member).finally(() => {
    for (const clock of clocks) clock.stop();
    client.close();
  });
  // Whoever does not look at `ended` still hears of an error from `serve`, as of any other rejection.
  const election: Election = {
    get status() {
      return statusOf(member);
    },
    keys: config.candidate.keys,
    ended,
    resign() {
      if (member.phase !== "ended") member.stop();
      return ended;
    },
  };
  const { signal } = options;
  if (signal?.aborted === true) member.stop();
  else signal?.addEventListener("abort", () => void election.resign().catch(() => undefined), { once: true });
  return election;
}

/** Who does not listen costs nothing. */
function noticesFor(
  options: ElectionOptions,
  etcd: { readonly endpoint: string },
  clockFor: EtcdSeam["clock"],
  report: Report,
): Audience[] {
  if (options.onNotice === undefined) return [];
  const clock = clockFor(() => undefined);
  const listener = (notice: ElectionNotice) => options.onNotice?.(notice);
  const onThrow = (error: unknown) => report("onNotice threw", error);
  return [
    new NoticeTeller(
      listener,
      onThrow,
      () => etcd.endpoint,
      () => clock.now(),
    ),
  ];
}

function configFor(options: ElectionOptions): ElectionConfig {
  const { activationLimitSeconds, activeStandby = true, address, metaRoot, retryTimes, role } = options;
  const { ttlSeconds = DEFAULT_TTL_SECONDS } = options;
  return createElectionConfig({
    activeStandby,
    afterLoss: options.afterLoss ?? "registerAnew",
    ttlSeconds,
    ...(activationLimitSeconds === undefined ? {} : { activationLimitMs: activationLimitSeconds * 1000 }),
    ...(metaRoot === undefined ? {} : { metaRoot }),
    ...(retryTimes === undefined ? {} : { retryTimes }),
    identity: {
      role,
      address,
      hostName: options.hostName ?? "",
      exclusive: !activeStandby,
      version: options.version ?? "0.0.0",
    },
  });
}

function statusOf(member: Member): Status {
  const { claimLeftMs, holder, ledger, phase } = member;
  return {
    phase,
    serverId: ledger.serverId,
    leaseId: ledger.leaseId,
    token: phase === "active" || phase === "activating" ? ledger.token : 0,
    claimLeftMs,
    holder: holder === undefined ? undefined : fromBytes(holder.value),
  };
}
