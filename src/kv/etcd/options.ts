/** How etcd is reached, as a user says it; plain data, checked here, without a word of the gRPC stack. */
import { shortened, shown, withoutSecrets } from "../../words/shown.ts";

/** Certificates, as PEM texts. */
export interface EtcdTls {
  /** PEM of the authorities that may have signed the members' certificates; absent: the system's. */
  readonly ca?: string;
  /** PEM of the own certificate chain and key, for members that ask clients for one. */
  readonly cert?: string;
  readonly key?: string;
  /**
   * The same as paths of PEM files, each instead of the text. What was changed since is read again before a new connection;
   * files that cannot be used then are told as a problem, and what they held before is used.
   */
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  /** The name that the members' certificates carry, where it is not the endpoint's host. */
  readonly serverName?: string;
}

/** How to reach an etcd. */
export interface EtcdOptions {
  /** Members' client addresses: `http://host:2379`, `https://host:2379` or `host:2379`. */
  readonly endpoints: readonly string[];
  /** Needed with `https` only; `{}` trusts the system's authorities. */
  readonly tls?: EtcdTls;
  readonly auth?: { readonly user: string; readonly password: string };
  /** A text put before every key, in UTF-8, and taken off every answer; keys outside cannot be reached. */
  readonly namespace?: string;
}

/** The options contradict themselves or cannot be read. `option` names the one to change. */
export class EtcdOptionError extends Error {
  readonly option: string;

  constructor(option: string, message: string) {
    super(message);
    this.name = "EtcdOptionError";
    this.option = option;
  }
}

/** One member's address, ready to dial. */
export interface Endpoint {
  /** As people know it: `https://host:2379`. */
  readonly url: string;
  /** `host:port`. */
  readonly target: string;
  readonly secure: boolean;
}

export function readEndpoints({ endpoints, tls }: EtcdOptions): readonly Endpoint[] {
  if (endpoints.length === 0) throw new EtcdOptionError("endpoints", "no endpoint is given");
  const read = endpoints.map((text) => readEndpoint(text, tls !== undefined));
  if (new Set(read.map(({ secure }) => secure)).size > 1) {
    throw new EtcdOptionError("endpoints", `${shownEndpoints(endpoints)}: some are http and some https`);
  }
  if (tls !== undefined && read.some(({ secure }) => !secure)) {
    throw new EtcdOptionError("tls", `TLS is asked for, but ${shownEndpoints(endpoints)} says http`);
  }
  if (tls !== undefined) checkTls(tls);
  return read;
}

/** For messages, logs and errors: without users, passwords and queries, whatever else may be wrong with them. */
export function shownEndpoints(endpoints: readonly string[]): string {
  return endpoints.map((one) => shortened(shown(withoutSecrets(one)))).join(", ");
}

function checkTls({ ca, caFile, cert, certFile, key, keyFile }: EtcdTls): void {
  const pairs = Object.entries({ ca: [ca, caFile], cert: [cert, certFile], key: [key, keyFile] });
  const twice = pairs.find(([, [text, file]]) => text !== undefined && file !== undefined);
  if (twice !== undefined)
    throw new EtcdOptionError("tls", `${twice[0]} and ${twice[0]}File are both given: give one of them`);
  if (((cert ?? certFile) === undefined) !== ((key ?? keyFile) === undefined))
    throw new EtcdOptionError("tls", "a client certificate needs its key, and a key its certificate");
}

function readEndpoint(text: string, tls: boolean): Endpoint {
  const full = text.includes("://") ? text : `${tls ? "https" : "http"}://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  const secure = url?.protocol === "https:";
  if (url === undefined || (url.protocol !== "http:" && !secure) || url.hostname === "") {
    throw new EtcdOptionError(
      "endpoints",
      `${shownEndpoints([text]) || "(empty)"} is not an address of an etcd member`,
    );
  }
  // Nothing but a host and a port: `http://:secret@host` has an empty user, and URL an empty `search` for a lone `?`.
  if (url.pathname !== "/" || /[@?#]/u.test(full)) {
    throw new EtcdOptionError("endpoints", `${shownEndpoints([text])} has more than a host and a port`);
  }
  // URL leaves a scheme's own port out.
  const port = url.port === "" ? portIn(full, secure) : url.port;
  if (port === "0")
    throw new EtcdOptionError("endpoints", `${shownEndpoints([text])} has port 0, where nobody listens`);
  const target = `${url.hostname}:${port}`;
  return { url: `${secure ? "https" : "http"}://${target}`, target, secure };
}

function portIn(text: string, secure: boolean): string {
  const written = secure ? "443" : "80";
  return new RegExp(`:${written}/?$`, "u").test(text) ? written : "2379";
}
