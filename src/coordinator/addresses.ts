/** Addresses: which of them no other machine can reach, and how one is written before a port. */
import { isIP } from "node:net";

/** Whether only this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** A host name or address; the brackets of an IPv6 address are taken off. */
export function readHost(given: string): string | undefined {
  const bare = /^\[(.+)\]$/u.exec(given)?.[1];
  if (bare !== undefined) return isIP(bare) === 6 ? bare : undefined;
  if (isIP(given) !== 0) return given;
  // What looks like an IPv4 address and is none (127.0.0.999) is no name either.
  return /^(?!.*\.\d+$)[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?)*$/u.test(
    given,
  ) &&
    given.length <= 253 &&
    !/^\d+$/u.test(given)
    ? given
    : undefined;
}

/** `127.0.0.1:9091`, `[::1]:9091`, `:9091`. */
export interface HostPort {
  /** Empty: every address of the machine, of whichever family it has. */
  readonly host: string;
  readonly port: number;
}

export function readHostPort(given: string): HostPort | undefined {
  const [, name = "", digits = ""] = /^(.*):(\d{1,5})$/u.exec(given) ?? [];
  const host = name === "" ? "" : name.includes(":") && !name.startsWith("[") ? undefined : readHost(name);
  const port = Number(digits);
  return digits === "" || host === undefined || port > 65_535 ? undefined : { host, port };
}

/** An IPv6 address stands in brackets. */
export function hostPort(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
