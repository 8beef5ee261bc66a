/**
 * Where generated tests begin: the same everywhere, so that a change is judged by what it changes and not by luck.
 * `LEASEHOLD_SEED=123 npm test` begins elsewhere; `leasehold check` and `leasehold fidelity` are for searching.
 */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["LEASEHOLD_SEED"] ?? 1) });
