/** The flags of `leasehold bugs`, as the parser hands them over. */

/** As Commander hands them over: what was not given is absent. */
export interface BugsFlags {
  readonly mutants?: boolean;
  readonly milvus?: boolean;
  readonly hazards?: boolean;
  readonly seeds?: number;
  readonly list?: boolean;
  readonly yaml?: boolean;
  readonly trace?: string;
  readonly json?: boolean;
}
