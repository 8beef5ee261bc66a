/** What `leasehold.config.ts` says: defaults of the command's flags, for a repository. */

/** A flag's value, as it would stand on the command line: `runs: 500`, `ttl: "10s"`, `faults: ["pause", "partition"]`, `corpus: false`. */
export type FlagDefault = string | number | boolean | readonly string[];

/** Flags by the names that `--help` has, without dashes: `timeLimit` for `--time-limit`. */
export type FlagDefaults = Readonly<Record<string, FlagDefault>>;

/** Defaults by command. A flag that is given goes before them. */
export interface LeaseholdConfig {
  readonly check?: FlagDefaults;
  readonly simulate?: FlagDefaults;
  readonly replay?: FlagDefaults;
  readonly explore?: FlagDefaults;
  readonly bugs?: FlagDefaults;
  readonly serve?: FlagDefaults;
}

/** The configuration as it is, with its types checked: `export default defineConfig({ check: { runs: 500 } })`. */
export function defineConfig(config: LeaseholdConfig): LeaseholdConfig {
  return config;
}
