/** The flags of `leasehold merge`, as the parser hands them over. */
import type { TellFlags } from "../check/flags.ts";
import type { OwnFlags } from "../own/adopt.ts";

export interface MergeFlags extends TellFlags, OwnFlags {}
