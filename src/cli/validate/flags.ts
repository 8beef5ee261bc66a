/** The flags of `leasehold validate`, as the command line has them. */
import type { ExportFormat } from "../../export/formats.ts";

export interface ValidateFlags {
  readonly clocksWithin?: number;
  /** Which log's or recording's process had ended by when, `FILE=INSTANT`. */
  readonly ended?: readonly string[];
  readonly json?: boolean;
  /** Files that say which lines of other elections mean what. */
  readonly mapping?: readonly string[];
  /** Where to write the scenario nearest to the evidence. */
  readonly asScenario?: string;
  /** Where to write it as a vitest file. */
  readonly saveTest?: string;
  /** Draw the run in lanes instead. */
  readonly lanes?: boolean;
  /** Columns to draw for. */
  readonly width?: number;
  readonly export?: ExportFormat;
  readonly out?: string;
}
