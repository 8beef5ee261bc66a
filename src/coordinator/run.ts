/**
 * The production coordinator: listens, checks that etcd can be worked with, joins the election, serves the catalogue while
 * it is active, and stops cleanly when asked to.
 */
import { VERSION } from "../version.ts";
import { hostname } from "node:os";
import { readFileSync } from "node:fs";
import type { ElectionSettings } from "../../models/election-vocabulary.ts";
import type { RangeResponse } from "../../models/etcd-api.ts";
import { keysFor } from "../../models/dialect.ts";
import type { Audience } from "../election/member.ts";
import { EtcdClient } from "../kv/etcd/client.ts";
import type { EtcdOptions, EtcdTls } from "../kv/etcd/options.ts";
import { EtcdOptionError } from "../kv/etcd/options.ts";
import { SystemClock } from "../time/system-clock.ts";
import { Catalogue } from "./catalogue.ts";
import { joinElection } from "../service/run-election.ts";
import { startHttpServer } from "./http-server.ts";
import { Log, LogAudience } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { Recording } from "./recording.ts";
import type { SourcedSetting, Settings } from "./settings.ts";
import type { Election, TermEnding, Status, Term } from "../service/term.ts";
import { StartError } from "./start-error.ts";

/** How long etcd may take to answer the first question. */
const FIRST_ANSWER_MS = 5000;

/** What the process that runs it lends. */
export interface ProcessHost {
  readonly out: (text: string) => void;
  /** Aborts when the coordinator is to stop cleanly. */
  readonly stop: AbortSignal;
  /** A file for the coordinator's own trace. */
  readonly record?: string;
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
  const metrics = new Metrics(role, settings.ttlSeconds.value * 1000 * 0.98, status);
  const http = await startHttpServer(
    {
      role,
      status,
      servingTerm: () => (serving?.term.isCurrent() === true ? serving : undefined),
      metrics: () => metrics.page(),
    },
    settings.host.value,
    settings.port.value,
  );
  const address = `${settings.host.value}:${http.port}`;
  let recording: Recording | undefined;
  try {
    await checkEtcd(etcd, role, metaRoot, settings.endpoints);
    log.own("INFO", "etcd answers, HTTP API is listening", {
      etcd: settings.endpoints.value.join(","),
      http: `http://${address}`,
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
        hostName: hostname(),
        version: VERSION,
        signal: host.stop,
        prepare(term) {
          try {
            prepared = { term, catalogue: new Catalogue(term) };
          } catch (error) {
            prepareError = error;
            log.own("ERROR", error instanceof Error ? error.message : String(error));
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
      (config): readonly Audience[] => {
        const clock = new SystemClock(() => undefined);
        if (host.record !== undefined) {
          recording = new Recording(host.record, `${role}@${address}`, config, electionSettings, () =>
            clock.now(),
          );
        }
        return [new LogAudience(log, config), metrics, ...(recording === undefined ? [] : [recording])];
      },
    );
    const ending = await election.ended;
    if (ending === "lost" && prepareError instanceof StartError) throw prepareError;
    return ending;
  } finally {
    recording?.close();
    http.server.close();
    http.server.closeAllConnections();
  }
}

function etcdOptions({
  auth,
  endpoints,
  password,
  tls,
  tlsCa,
  tlsCert,
  tlsKey,
  user,
}: Settings): EtcdOptions {
  const given: EtcdTls = {
    ...(tlsCa.value === "" ? {} : { ca: readPem(tlsCa) }),
    ...(tlsCert.value === "" ? {} : { cert: readPem(tlsCert) }),
    ...(tlsKey.value === "" ? {} : { key: readPem(tlsKey) }),
  };
  return {
    endpoints: endpoints.value,
    ...(tls.value ? { tls: given } : {}),
    ...(auth.value ? { auth: { user: user.value, password: password.value } } : {}),
  };
}

function readPem({ source, value }: SourcedSetting<string>): string {
  try {
    return readFileSync(value, "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new StartError("setting", `${value} cannot be read (${why})`, "name a readable PEM file", source);
  }
}

/** Reads our keys from etcd before anything is written there, so that what is wrong is reported at once. */
async function checkEtcd(
  options: EtcdOptions,
  role: string,
  metaRoot: string,
  endpoints: SourcedSetting<readonly string[]>,
): Promise<void> {
  const where = endpoints.source === "default" ? "etcd" : endpoints.source;
  let client: EtcdClient;
  try {
    client = new EtcdClient(options);
  } catch (error) {
    if (error instanceof EtcdOptionError)
      throw new StartError("setting", error.message, "see leasehold run --help", where);
    throw error;
  }
  try {
    const keys = keysFor(role, metaRoot);
    const id = await firstAnswer(client, keys.id, options, where);
    const counter = id.kvs[0]?.value;
    if (counter !== undefined && !/^[0-9]{1,15}$/u.test(counter)) {
      throw new StartError(
        "environment",
        `the value of ${keys.id} is ${JSON.stringify(counter)}, not a server id counter`,
        "another program uses this root path: choose another with --root-path",
        where,
      );
    }
    const active = (await firstAnswer(client, keys.role, options, where)).kvs[0];
    if (active?.lease === "0") {
      throw new StartError(
        "environment",
        `${keys.role} has no lease, so it never expires and the role stays taken`,
        `inspect it, then delete it: etcdctl del ${keys.role}`,
        where,
      );
    }
  } finally {
    client.close();
  }
}

async function firstAnswer(
  client: EtcdClient,
  key: string,
  options: EtcdOptions,
  where: string,
): Promise<RangeResponse> {
  const deadline = performance.now() + FIRST_ANSWER_MS;
  let reason: string | undefined;
  for (;;) {
    const leftMs = Math.max(1, deadline - performance.now());
    const reply = await client.submit(
      { type: "range", key },
      Math.min(leftMs, FIRST_ANSWER_MS / options.endpoints.length),
    );
    if (reply.type === "ok") return reply.response as RangeResponse;
    const { code, message } = reply;
    const passing = code === "Unavailable" || code === "DeadlineExceeded";
    // The last try may have too little time left to find out why; an earlier one may have.
    if (code !== "DeadlineExceeded") reason = message;
    if (passing && performance.now() < deadline && !/certificate|handshake|SSL|TLS/iu.test(message)) {
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
      continue;
    }
    throw new StartError(
      "environment",
      `etcd at ${options.endpoints.join(", ")} ${passing ? "does not answer" : "refuses the request"}: ${reason ?? message}`,
      remedyFor(reason ?? message, options),
      where,
    );
  }
}

function remedyFor(message: string, { tls }: EtcdOptions): string {
  if (message.includes("authentication is not enabled"))
    return "remove etcd.auth and --etcd-user, or enable authentication in etcd";
  if (/authentication failed|auth|permission|user name/iu.test(message))
    return "check etcd.auth.userName and ETCD_AUTH_PASSWORD, and that the user may read and write the root path";
  // A member without TLS hangs up on a TLS handshake.
  if (message.includes("before secure TLS")) return "if it does not use TLS, write http://";
  if (/certificate|self.signed|handshake|SSL|TLS/iu.test(message))
    return "check --etcd-ca, --etcd-cert and --etcd-key, and that the members' certificates carry the names in the endpoints";
  // A TLS server either hangs up on plain text or waits for more of it.
  if (tls === undefined)
    return "is it running, and reachable under these addresses? If it uses TLS, write https://";
  return "is it running, and reachable under these addresses?";
}
