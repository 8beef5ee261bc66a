/** What `leasehold validate` found, before anybody prints it. */
import type { Alignment } from "../../evidence/align.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import type { LikelyBug } from "../../evidence/likely-bugs.ts";
import type { ModelledSource } from "../../evidence/model.ts";
import type { NearestScenario } from "../../evidence/nearest-scenario.ts";
import type { EvidenceVerdict } from "../../evidence/verdict.ts";

/** A scenario file that was written. */
export interface WrittenScenario {
  readonly file: string;
  readonly nearest: NearestScenario;
}

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
  readonly nearest?: WrittenScenario;
}
