/**
 * The production coordinator: listens, checks that etcd can be worked with, joins the election, serves the catalogue while
 * it is active, and stops cleanly when asked to.
 */
import { VERSION } from "../version.ts";
import { hostname } from "node:os";
import type { ElectionSettings } from "../../models/election-vocabulary.ts";
import { timingFaults, timingFor, withActivationLimit, type Timing } from "../../models/timing.ts";
import type { Audience } from "../election/member.ts";
import { SystemClock } from "../time/system-clock.ts";
import { Catalogue } from "./catalogue.ts";
import { joinElection } from "../service/run-election.ts";
import { checkKeys, etcdOptions } from "./etcd-access.ts";
import { openDoors } from "./doors.ts";
import { Log, LogAudience } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { PhaseTime } from "./phase-time.ts";
import { RequestLog } from "./request-log.ts";
import { RequestFollower } from "../service/requests.ts";
import { Recording } from "./recording.ts";
import type { Settings } from "./settings.ts";
import { spansFor } from "./spans.ts";
import type { Election, ElectionOptions, TermEnding, Status, Term } from "../service/term.ts";
import { StartError } from "./start-error.ts";
import { shownEndpoints } from "../kv/etcd/options.ts";

/** What the process that runs it lends. */
export interface ProcessHost {
  readonly out: (text: string) => void;
  /** Aborts when the coordinator is to stop cleanly. */
  readonly stop: AbortSignal;
  /** A file for the coordinator's own trace, and the size at which another one begins. */
  readonly record?: { readonly file: string; readonly limitBytes: number };
}

/** Before the election is joined. */
const NOT_JOINED: Status = {
  phase: "joining",
  serverId: 0,
  leaseId: "0",
  token: 0,
  claimLeftMs: 0,
  holder: undefined,
};

/** Runs until the election is over. Throws a {@link StartError} where it cannot begin; nothing is left in etcd then. */
export async function runCoordinator(settings: Settings, host: ProcessHost): Promise<TermEnding> {
  const log = new Log({ format: settings.logFormat.value, level: settings.logLevel.value }, host.out);
  const etcd = etcdOptions(settings);
  const role = settings.role.value;
  const metaRoot = `${settings.rootPath.value}/${settings.metaSubPath.value}`;
  let election: Election | undefined;
  let serving: { readonly term: Term; readonly catalogue: Catalogue } | undefined;
  const status = (): Status => election?.status ?? NOT_JOINED;
  const timing = timingOf(settings);
  const phaseTime = new PhaseTime(timing);
  let memberInUse: () => string | undefined = () => undefined;
  const { claimMs } = timing;
  const metrics = new Metrics({ role, claimMs, status, phaseTime, member: () => memberInUse() });
  const doors = await openDoors(settings, {
    role,
    status,
    servingTerm: () => (serving?.term.isCurrent() === true ? serving : undefined),
    overdue: () => phaseTime.overdue,
    metrics: () => metrics.page(),
    onFault: (error) =>
      log.own("ERROR", "a request of the HTTP API failed by a bug", {
        reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  });
  const { address } = doors;
  let recording: Recording | undefined;
  try {
    try {
      const { roundTripMs } = await checkKeys(settings, role, metaRoot);
      const [unfit] = timingFaults(timing, roundTripMs);
      if (unfit !== undefined)
        log.own("WARN", "TTL and network do not fit: no request will succeed", { reason: unfit });
    } catch (error) {
      // Whoever was asked to stop meanwhile has stopped, whatever the answer was.
      if (host.stop.aborted) return "stopped";
      throw error;
    }
    log.own("INFO", "etcd answers, HTTP API is listening", {
      etcd: shownEndpoints(settings.endpoints.value),
      ...doors.places,
      pid: String(process.pid),
    });
    const electionSettings: ElectionSettings = {
      activeStandby: settings.activeStandby.value,
      afterLoss: settings.afterLoss.value === "exit" ? "exit" : "registerAnew",
      retryTimes: settings.retryTimes.value,
    };
    let prepareError: unknown;
    let prepared: typeof serving;
    election = await joinElection(
      {
        role,
        address,
        etcd,
        metaRoot,
        ...electionSettings,
        ttlSeconds: settings.ttlSeconds.value,
        activationLimitSeconds: timing.activationLimitMs / 1000,
        ...selfCheckOf(settings, () => serving?.catalogue),
        onProblem: ({ message }) => log.own("ERROR", message),
        hostName: hostname(),
        version: VERSION,
        signal: host.stop,
        ...(await spansFor(role)),
        async prepare(term) {
          metrics.loaded(term.metadata);
          try {
            prepared = { term, catalogue: await Catalogue.read(term) };
          } catch (error) {
            prepareError = error;
            throw error;
          }
        },
        serve(term) {
          serving = prepared;
          log.own("INFO", "serving the catalogue", {
            token: String(term.token),
            collections: String(serving?.catalogue.list().length),
          });
          return new Promise((resolve) => {
            const end = () => {
              serving = undefined;
              resolve();
            };
            if (term.signal.aborted) end();
            else term.signal.addEventListener("abort", end, { once: true });
          });
        },
      },
      (config, client): readonly Audience[] => {
        memberInUse = () => client.endpoint;
        const requestLog = new RequestLog(log);
        const requests = new RequestFollower(
          () => client.endpoint,
          (ended) => {
            metrics.ended(ended);
            requestLog.ended(ended);
          },
        );
        const clock = new SystemClock(() => undefined);
        const { record } = host;
        if (record !== undefined) {
          recording = new Recording(
            record.file,
            `${role}@${address}`,
            config,
            electionSettings,
            () => clock.now(),
            ({ code, message }) =>
              log.own("ERROR", "the recording ends here, it cannot be written; the coordinator goes on", {
                file: record.file,
                reason: code ?? message,
              }),
            record.limitBytes,
          );
        }
        const always = [requests, phaseTime, new LogAudience(log, config), metrics];
        return recording === undefined ? always : [...always, recording];
      },
    );
    const ending = await election.ended;
    if (ending === "lost" && prepareError instanceof StartError) throw prepareError;
    return ending;
  } finally {
    recording?.close();
    doors.close();
  }
}

function timingOf({ activationLimitSeconds, ttlSeconds }: Settings): Timing {
  return withActivationLimit(timingFor(ttlSeconds.value), activationLimitSeconds.value * 1000);
}

/** An active one whose catalogue cannot be written is of no use to anybody. */
function selfCheckOf(
  { selfCheckSeconds: { value } }: Settings,
  catalogue: () => Catalogue | undefined,
): Pick<ElectionOptions, "healthy" | "healthyEverySeconds" | "unhealthyAfterSeconds"> {
  if (value === 0) return {};
  return {
    healthy: async () => (await catalogue()?.isWritable()) ?? true,
    healthyEverySeconds: value / 4,
    unhealthyAfterSeconds: value,
  };
}
