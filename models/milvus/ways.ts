/**
 * What Milvus' coordinators did differently from release to release, as a table: one row a release, one column a choice.
 *
 * Read from internal/util/sessionutil/session_util.go in the versions named, from the pages and logs of 2.2, and from the
 * issues and pull requests named (milvus-io/milvus). The sources read are those of mid-2023 (2.3), August 2025 (2.6.0),
 * December 2025 (2.6) and 2026 (3.0); 2.4 is taken to be 2.6.0 without its question for old sessions. The source of 2.2 was
 * not found: its rows follow its logs, the reviews of #19166, and what later changes say that they change.
 * `chart.ts` and `dialect.ts` say how each choice is modelled, and what is left out.
 */

/**
 * What happens when the etcd client gives up its keepalive channel: no reply for a TTL, counted from the last *reply* and
 * looked at once a second, or a reply that says TTL 0.
 */
export type Keepalive =
  /** The lease counts as lost at once (2.2.3 to 2.2.8). */
  | "closes"
  /** `KeepAliveOnce` without a deadline: hangs until the connection says something (2.2.9, 2.2.10; #25070). */
  | "hangs"
  /** `KeepAliveOnce`, then a `KeepAlive` under a context that is canceled at once, which closes the channel again (S1; #25488). */
  | "loops"
  /** `KeepAliveOnce` three times, 10 s each, then a `KeepAlive` that lasts (2.3.1 to 2.6.6). */
  | "retries"
  /** Asks for the lease's TTL for one more TTL; then, in whatever state, `os.Exit(80)` (2.6.7 on; #45968). */
  | "exits";

export interface Ways {
  readonly keepalive: Keepalive;
  /** `LivenessCheck` watches the own active key once activation is over (#21658, #22164; taken out again by #45968). */
  readonly watchesOwnKey: boolean;
  /** The standby watches every key that begins with the active key's name (logs of 2.2; exact since 2.2.9). */
  readonly watchesPrefix: boolean;
  /** Metadata are read again on activation (#21557, #21570); before, a standby served with what it had read at its start. */
  readonly reloads: boolean;
  /** `Register` blocks while standing by, so that SIGTERM is not heard (until #32069). */
  readonly deafToStop: boolean;
  /** An exclusive coordinator deletes a session of its own address, without looking again (#28183; gone in 3.0). */
  readonly purgesOwnAddress: boolean;
  /** Before each campaign: is there a session of a coordinator of 2.5 or older? If so try again in 100 ms (2.6). */
  readonly asksForOldSessions: boolean;
  /** The active mixcoord also holds the keys of the old coordinators, so that none of them can start (3.0; #46456). */
  readonly holdsOldKeys: boolean;
  /** Any other error of a campaign than an old session ends the process (#44112). */
  readonly panicsOnError: boolean;
}

const FIRST: Ways = {
  keepalive: "closes",
  watchesOwnKey: false,
  watchesPrefix: true,
  reloads: false,
  deafToStop: true,
  purgesOwnAddress: false,
  asksForOldSessions: false,
  holdsOldKeys: false,
  panicsOnError: false,
};
const V2_2: Ways = { ...FIRST, watchesOwnKey: true, reloads: true };
const V2_2_9: Ways = { ...V2_2, keepalive: "hangs", watchesPrefix: false };
const V2_3: Ways = { ...V2_2_9, keepalive: "loops" };
const V2_4: Ways = { ...V2_3, keepalive: "retries", deafToStop: false, purgesOwnAddress: true };
const V2_6_0: Ways = { ...V2_4, asksForOldSessions: true };
const V2_6: Ways = { ...V2_6_0, keepalive: "exits", watchesOwnKey: false, panicsOnError: true };
const V3_0: Ways = { ...V2_6, purgesOwnAddress: false, holdsOldKeys: true };

/** Which coordinators ran, and the default `common.session.ttl` of their day, seconds. */
export interface Release {
  readonly name: string;
  readonly says: string;
  readonly ttlSeconds: number;
  readonly ways: Ways;
}

export const releases: readonly Release[] = [
  {
    name: "milvus-2.2-dev",
    says: "the first active-standby (#19166), before 2.2.3",
    ttlSeconds: 60,
    ways: FIRST,
  },
  { name: "milvus-2.2", says: "2.2.3 to 2.2.8", ttlSeconds: 20, ways: V2_2 },
  { name: "milvus-2.2.9", says: "2.2.9 and 2.2.10", ttlSeconds: 20, ways: V2_2_9 },
  { name: "milvus-2.3", says: "2.3 in the making, mid-2023", ttlSeconds: 20, ways: V2_3 },
  { name: "milvus-2.4", says: "2.4 and 2.5, mostly also 2.3.1 on", ttlSeconds: 60, ways: V2_4 },
  { name: "milvus-2.6.0", says: "2.6.0 to 2.6.5, before #44112", ttlSeconds: 10, ways: V2_6_0 },
  { name: "milvus-2.6", says: "2.6 from December 2025 (#45968)", ttlSeconds: 30, ways: V2_6 },
  { name: "milvus-3.0", says: "3.0, also 2.6 builds after #46456", ttlSeconds: 30, ways: V3_0 },
];
