/**
 * Parts that some tests need and not every machine has: a real etcd, a browser.
 *
 * A test that lacks its part is skipped, and its name says which part and how to get it, so that a skipped test
 * is never silent. Where the part must be there (continuous integration), `LEASEHOLD_REQUIRE=etcd,chromium`
 * turns that skip into a failure.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, it } from "vitest";
import { findExecutable } from "../../src/cli/base/executable.ts";

/** Where Debian puts the sources of Go's packages. */
export const GO_SOURCES = "/usr/share/gocode";

const PARTS = {
  etcd: { executables: ["etcd"], install: "apt-get install etcd-server" },
  openssl: { executables: ["openssl"], install: "apt-get install openssl" },
  etcdctl: { executables: ["etcdctl"], install: "apt-get install etcd-client" },
  chromium: { executables: ["chromium", "chromium-browser"], install: "apt-get install chromium" },
  curl: { executables: ["curl"], install: "apt-get install curl" },
  spin: { executables: ["spin"], install: "apt-get install spin" },
  cc: { executables: ["cc"], install: "apt-get install gcc libc6-dev" },
  promtool: { executables: ["promtool"], install: "apt-get install prometheus" },
  parallel: { executables: ["parallel"], install: "apt-get install parallel" },
  /** Debian's Python, to which its packages belong, whichever comes first on PATH. */
  "python-etcd3": {
    executables: ["python3"],
    directories: ["/usr/bin"],
    has: (python) => runs(python, "-c", "import etcd3"),
    install: "apt-get install python3-etcd3",
  },
  "go-etcd": {
    executables: ["go"],
    has: () => existsSync(`${GO_SOURCES}/src/go.etcd.io/etcd/clientv3`),
    install: "apt-get install golang-go golang-etcd-server-dev",
  },
  "systemd-analyze": { executables: ["systemd-analyze"], install: "apt-get install systemd" },
} as const satisfies Record<string, PartNeeds>;

/** What a part is: an executable on PATH or in one of `directories`, that `has` what else is needed. */
interface PartNeeds {
  readonly executables: readonly string[];
  readonly directories?: readonly string[];
  readonly has?: (executable: string) => boolean;
  readonly install: string;
}

export type Part = keyof typeof PARTS;

function runs(executable: string, ...args: readonly string[]): boolean {
  return spawnSync(executable, args, { stdio: "ignore" }).status === 0;
}

export interface Requirement {
  part: Part;
  /** Full path of the executable; `undefined` when the part is not there. */
  executable: string | undefined;
  /** True when LEASEHOLD_REQUIRE lists the part: then its absence is a failure. */
  required: boolean;
  /** The command that installs it on Debian. */
  install: string;
}

/** Looks for a part's executable on PATH. `env` is a parameter so that the rule itself can be tested. */
export function requirement(part: Part, env: NodeJS.ProcessEnv = process.env): Requirement {
  const { directories = [], executables, has = () => true, install }: PartNeeds = PARTS[part];
  const found = [...directories, env["PATH"] ?? ""]
    .map((path) => findExecutable(executables, path))
    .find((one) => one !== undefined && has(one));
  return {
    part,
    executable: found,
    required: requiredParts(env).includes(part),
    install,
  };
}

/** The parts that LEASEHOLD_REQUIRE lists. An unknown name throws: a misspelt requirement would require nothing. */
export function requiredParts(env: NodeJS.ProcessEnv = process.env): Part[] {
  const names = (env["LEASEHOLD_REQUIRE"] ?? "").split(",").map((name) => name.trim());
  return names.filter((name) => name !== "").map(asPart);
}

/** What becomes of a test that needs the part: it runs, it is skipped by name, or it fails. */
export function verdictOn(found: Requirement): { run: "yes" | "skip" | "fail"; reason: string } {
  if (found.executable !== undefined) return { run: "yes", reason: "" };
  const reason = `needs ${found.part}: ${found.install}`;
  return { run: found.required ? "fail" : "skip", reason };
}

/** A `describe` that needs a part. The body gets the path of its executable and runs only if it is there. */
export function describeWith(part: Part, name: string, body: (executable: string) => void): void {
  const found = requirement(part);
  const { run, reason } = verdictOn(found);
  if (found.executable !== undefined) {
    const executable = found.executable;
    describe(name, () => body(executable));
  } else if (run === "fail") {
    it(`${name} [${reason}]`, () => {
      throw new Error(`LEASEHOLD_REQUIRE lists ${part}, but it is not on PATH. It ${reason}`);
    });
  } else {
    it.skip(`${name} [skipped: ${reason}]`, () => {});
  }
}

function asPart(name: string): Part {
  if (Object.hasOwn(PARTS, name)) return name as Part;
  throw new Error(`LEASEHOLD_REQUIRE names "${name}"; known parts: ${Object.keys(PARTS).join(", ")}`);
}
