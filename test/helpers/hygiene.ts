/** What must not be in any file of the repository: paths of one machine, hosts in the lock file. */
import { lineAt } from "./source-scan.ts";

/** A home or scratch folder of one machine. A URL's path (`example.org/home/`) is something else. */
const MACHINE_PATH = /(?<![\w.~-])\/(?:work|root|home)\//gu;
const RESOLVED_HOST = /"resolved":\s*"[a-z+]+:\/\//gu;

/** `file:line what`, one for each offence. */
export function hygieneFaults(file: string, text: string): string[] {
  const fault = (pattern: RegExp, what: string): string[] =>
    [...text.matchAll(pattern)].map((match) => `${file}:${lineAt(text, match.index)} ${what}`);
  return [
    ...fault(MACHINE_PATH, "names a path of one machine"),
    ...(file.endsWith("package-lock.json") ? fault(RESOLVED_HOST, "names a registry host") : []),
  ];
}

/** The part of a lock file that its completeness depends on. */
interface LockFile {
  packages: Record<
    string,
    { version?: string; os?: string[]; optionalDependencies?: Record<string, string> }
  >;
}

/**
 * Optional packages (builds of a tool for other platforms) that the lock file does not list. `npm install` leaves
 * out what the registry in use does not carry, and then `npm ci` refuses the whole file, on every platform.
 */
export function unlistedOptionalPackages(lockText: string): string[] {
  const { packages } = JSON.parse(lockText) as LockFile;
  return Object.entries(packages).flatMap(([owner, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) =>
      [`node_modules/${name}`, `${owner}/node_modules/${name}`].every((path) => packages[path] === undefined),
    ),
  );
}
