/**
 * Certificates and keys as the gRPC stack takes them. Those in files are looked at again before a new connection, so that a
 * certificate that was replaced in time needs no restart; a connection that works is left alone.
 */
import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { credentials, type ChannelCredentials } from "@grpc/grpc-js";
import { EtcdOptionError, type EtcdTls } from "./options.ts";

type Pem = Pick<EtcdTls, "ca" | "cert" | "key">;

export class Secrets {
  readonly #tls: EtcdTls;
  readonly #files: readonly string[];
  readonly #onProblem: (problem: EtcdOptionError) => void;
  /** What the files were like when they were last read, whether or not they could be used. */
  #seen: string;
  #credentials: ChannelCredentials;

  /** `tls` undefined: plain text. Throws an {@link EtcdOptionError} where it cannot be used. `onProblem`: the same, later. */
  constructor(tls: EtcdTls | undefined, onProblem: (problem: EtcdOptionError) => void) {
    this.#tls = tls ?? {};
    const { caFile, certFile, keyFile } = this.#tls;
    this.#files = [caFile, certFile, keyFile].filter((file) => file !== undefined);
    this.#onProblem = onProblem;
    this.#seen = this.#look();
    this.#credentials = tls === undefined ? credentials.createInsecure() : credentialsOf(this.#tls);
  }

  /** Whether {@link Secrets.current} can ever change. */
  get mayChange(): boolean {
    return this.#files.length > 0;
  }

  /**
   * What a connection made now is to be made with: the same object until a file changes. While what stands in the files cannot
   * be used (one is replaced and the other not yet), what was last usable.
   */
  current(): ChannelCredentials {
    const seen = this.#look();
    if (seen === this.#seen) return this.#credentials;
    // Looked at before they are read: what changes in between is seen the next time.
    this.#seen = seen;
    try {
      this.#credentials = credentialsOf(this.#tls);
    } catch (error) {
      if (!(error instanceof EtcdOptionError)) throw error;
      this.#onProblem(new EtcdOptionError(error.option, `${error.message}; what was read before is used`));
    }
    return this.#credentials;
  }

  #look(): string {
    return this.#files.map(marksOf).join(" ");
  }
}

/** Differs after any change: also one of the same length, and of a link that points elsewhere, as Kubernetes replaces secrets. */
function marksOf(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? "none" : [found.ino, found.size, found.mtimeNs, found.ctimeNs].join("/");
}

function credentialsOf(tls: EtcdTls): ChannelCredentials {
  const { ca, cert, key } = pemOf(tls);
  const bytes = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
  try {
    // TLS takes any text for an authority, and trusts nobody then.
    if (ca !== undefined) void new X509Certificate(ca);
    return credentials.createSsl(bytes(ca), bytes(key), bytes(cert));
  } catch (error) {
    throw unusable(error);
  }
}

function pemOf({ ca, caFile, cert, certFile, key, keyFile }: EtcdTls): Pem {
  const read = (text: string | undefined, file: string | undefined) =>
    file === undefined ? text : textOf(file);
  const [authority, own, ownKey] = [read(ca, caFile), read(cert, certFile), read(key, keyFile)];
  return {
    ...(authority === undefined ? {} : { ca: authority }),
    ...(own === undefined ? {} : { cert: own }),
    ...(ownKey === undefined ? {} : { key: ownKey }),
  };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw unusable(error);
  }
}

function unusable(error: unknown): EtcdOptionError {
  const why = error instanceof Error ? error.message : String(error);
  return new EtcdOptionError("tls", `a certificate or key cannot be used: ${why}`);
}
