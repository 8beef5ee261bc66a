/** What `leasehold validate` found, before anybody prints it. */
import type { Alignment } from "../../evidence/align.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import type { LikelyBug } from "../../evidence/likely-bugs.ts";
import type { ModelledSource } from "../../evidence/model.ts";
import type { NearestScenario } from "../../evidence/nearest-scenario.ts";
import type { EvidenceVerdict } from "../../evidence/verdict.ts";

/** What was to be written of the case, so that it can be run again. */
export interface CaseFiles {
  /** The scenario's. */
  readonly scenario?: string;
  readonly test?: string;
}

/** What became of {@link CaseFiles}: `none`: nobody's steps are told, so there is nothing to run, and nothing was written. */
export type WrittenCase =
  | {
      readonly type: "written";
      readonly files: CaseFiles;
      readonly nearest: NearestScenario;
      /** What the test goes on to expect, in words. */
      readonly keeps?: string;
    }
  | { readonly type: "none"; readonly files: CaseFiles };

/** What was found in the files. */
export interface Validation {
  readonly evidence: Evidence;
  /** Whether any line was about an election. */
  readonly election: boolean;
  readonly verdicts: readonly EvidenceVerdict[];
  /** The clocks of its sources beside each other. */
  readonly alignment: Alignment;
  /** How far models explain its logs. */
  readonly models: readonly ModelledSource[];
  readonly bugs: readonly LikelyBug[];
  /** Absent: it was not asked for. */
  readonly nearest?: WrittenCase;
}
