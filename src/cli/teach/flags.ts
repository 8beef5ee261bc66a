/** The flags of `leasehold teach`, as the parser hands them over. */

/** As Commander hands them over: what was not given is absent. */
export interface TeachFlags {
  readonly list?: boolean;
  readonly print?: boolean;
  readonly predict?: string;
  readonly answer?: readonly string[];
  readonly forget?: boolean;
  readonly width?: number;
  readonly web?: boolean;
  readonly port?: number;
}
