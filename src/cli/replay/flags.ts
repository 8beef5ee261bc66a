/** The flags of `leasehold replay` and `leasehold diff`, as the parser hands them over. */
import type { OwnFlags } from "../own/adopt.ts";
import type { ExportFormat } from "../../export/formats.ts";

/** As Commander hands them over: what was not given is absent. Instants in milliseconds of the run. */
export interface ReplayFlags extends OwnFlags {
  /** True: each coordinator. */
  readonly machine?: string | boolean;
  readonly print?: boolean;
  readonly from?: number;
  readonly to?: number;
  readonly node?: string;
  readonly at?: number;
  readonly step?: boolean;
  readonly json?: boolean;
  readonly saveTest?: string;
  readonly export?: ExportFormat;
  readonly all?: boolean;
  readonly out?: string;
}

export interface DiffFlags {
  readonly json?: boolean;
}
