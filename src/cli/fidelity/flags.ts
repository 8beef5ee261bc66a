/** The flags of `leasehold fidelity`, as the parser hands them over. */

/** As Commander hands them over: what was not given is absent. */
export interface FidelityFlags {
  readonly commands: number;
  readonly seed?: number;
  readonly path?: string;
  /** Milliseconds. */
  readonly timeLimit?: number;
  readonly servers: number;
  readonly expiry: number;
  readonly etcd?: string;
  readonly endpoints?: string;
  readonly json?: boolean;
}
