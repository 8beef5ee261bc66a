/** The flags of `leasehold validate`, as the command line has them. */
export interface ValidateFlags {
  readonly clocksWithin?: number;
  readonly json?: boolean;
}
