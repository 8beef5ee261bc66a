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
import { SystemClock } from "../time/system-clock.ts";
import { checkElectionOptions } from "./check-options.ts";
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
  // The gRPC stack is heavy; who only imports types or the driver should not pay for it.
  const [{ EtcdClient }, { EtcdKv }] = await Promise.all([
    import("../kv/etcd/client.ts"),
    import("../kv/etcd/adapter.ts"),
  ]);
  const report = reporterFor(options);
  const client = new EtcdClient(options.etcd, (problem) => report("etcd", problem));
  const clocks: SystemClock[] = [];
  const clockFor = (onTimer: (timer: string) => void) => {
    const clock = new SystemClock(onTimer);
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
    all([...audiencesFor(config, client), ...noticesFor(options, client, report), runner]),
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
  report: Report,
): Audience[] {
  if (options.onNotice === undefined) return [];
  const listener = (notice: ElectionNotice) => options.onNotice?.(notice);
  const onThrow = (error: unknown) => report("onNotice threw", error);
  return [new NoticeTeller(listener, onThrow, () => etcd.endpoint)];
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
