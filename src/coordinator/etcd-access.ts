/** How the settings reach etcd, and its first answer: what is wrong is found out before anything is written, and said. */
import { accessSync, constants } from "node:fs";
import { fromBytes } from "../../models/bytes.ts";
import { keysFor } from "../../models/dialect.ts";
import { NO_LEASE, type RangeRequest, type RangeResponse } from "../../models/etcd-api.ts";
import { EtcdClient } from "../kv/etcd/client.ts";
import { EtcdOptionError, shownEndpoints, type EtcdOptions, type EtcdTls } from "../kv/etcd/options.ts";
import type { Settings, SourcedSetting } from "./settings.ts";
import { StartError } from "./start-error.ts";
import { quote } from "../words/shown.ts";

/** How long etcd may take to answer the first question. */
const FIRST_ANSWER_MS = 5000;

/** The settings as the client takes them; throws a {@link StartError} where a certificate cannot be read. */
export function etcdOptions({
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
    ...(tlsCa.value === "" ? {} : { caFile: readable(tlsCa) }),
    ...(tlsCert.value === "" ? {} : { certFile: readable(tlsCert) }),
    ...(tlsKey.value === "" ? {} : { keyFile: readable(tlsKey) }),
  };
  return {
    endpoints: endpoints.value,
    ...(tls.value ? { tls: given } : {}),
    ...(auth.value ? { auth: { user: user.value, password: password.value } } : {}),
  };
}

/** The client reads the file, now and when it has changed; what cannot be read now is told with the setting that names it. */
function readable({ source, value }: SourcedSetting<string>): string {
  try {
    accessSync(value, constants.R_OK);
    return value;
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new StartError("setting", `${value} cannot be read (${why})`, "name a readable PEM file", source);
  }
}

/** A client, and its first questions, of which each waits a while for etcd to come up. Close the client when done. */
export interface EtcdAccess {
  readonly client: EtcdClient;
  /** What stands in the range; throws a {@link StartError} that says what to do. */
  readonly read: (range: Omit<RangeRequest, "type">) => Promise<RangeResponse>;
}

/** Throws a {@link StartError} where the settings are none that a client can have. */
export function openEtcd(settings: Settings): EtcdAccess {
  const { endpoints } = settings;
  const where = endpoints.source === "default" ? "etcd" : endpoints.source;
  const options = etcdOptions(settings);
  try {
    const client = new EtcdClient(options);
    return { client, read: (range) => firstAnswer(client, range, options, where) };
  } catch (error) {
    if (error instanceof EtcdOptionError)
      throw new StartError("setting", error.message, "see leasehold run --help", where);
    throw error;
  }
}

/**
 * Reads a role's keys before anything is written there, so that what is wrong is reported at once. Returns how long a request took
 * from here to etcd and back, ms.
 */
export async function checkKeys(
  settings: Settings,
  role: string,
  metaRoot: string,
): Promise<{ readonly roundTripMs: number }> {
  const { client, read } = openEtcd(settings);
  const { source } = settings.endpoints;
  const where = source === "default" ? "etcd" : source;
  try {
    const keys = keysFor(role, metaRoot);
    const counter = (await read({ key: keys.id })).kvs[0]?.value;
    if (counter !== undefined && !/^[0-9]{1,15}$/u.test(counter)) {
      throw new StartError(
        "environment",
        `the value of ${fromBytes(keys.id)} is ${quote(fromBytes(counter))}, not a server id counter`,
        "another program uses this root path: choose another with --root-path",
        where,
      );
    }
    // The first answer had to wait for the connection.
    const askedAt = performance.now();
    const active = (await read({ key: keys.role })).kvs[0];
    const roundTripMs = Math.round(performance.now() - askedAt);
    if (active?.lease === NO_LEASE) {
      throw new StartError(
        "environment",
        `${fromBytes(keys.role)} has no lease, so it never expires and the role stays taken`,
        `inspect it, then delete it: etcdctl del ${forShell(fromBytes(keys.role))}`,
        where,
      );
    }
    return { roundTripMs };
  } finally {
    client.close();
  }
}

/** A word of a command line; between quotes where the shell would read more into it. */
function forShell(word: string): string {
  return /^[\p{L}\p{N}_./:@-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

async function firstAnswer(
  client: EtcdClient,
  range: Omit<RangeRequest, "type">,
  options: EtcdOptions,
  where: string,
): Promise<RangeResponse> {
  const deadline = performance.now() + FIRST_ANSWER_MS;
  let reason: string | undefined;
  for (;;) {
    const leftMs = Math.max(1, deadline - performance.now());
    const reply = await client.submit(
      { type: "range", ...range },
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
      `etcd at ${shownEndpoints(options.endpoints)} ${passing ? "does not answer" : "refuses the request"}: ${reason ?? message}`,
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
