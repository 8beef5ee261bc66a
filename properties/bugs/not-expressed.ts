/**
 * What is not kept as a scenario, and why. A bug that could only be imitated, or that the shipped chart would have too, is
 * here and not in the bench.
 */
import type { NotExpressed } from "./kept.ts";

const UNSTATED = "its cause is not stated";
const MEMBERS = "takes several members of etcd; the simulated etcd is one logical server";
const CLIENT_SIDE = "is about those who look coordinators up, not about the election";
const SHARED = "the shipped chart does the same, on purpose";

export const milvusNotExpressed: readonly NotExpressed[] = [
  {
    id: "F01b",
    title: "active offline, standby inoperative (#31014)",
    why: `${UNSTATED}; the log shows a key that somebody held`,
  },
  {
    id: "F03",
    title: "mixcoord panics in a loop beside an old coordinator (#44205)",
    why: "an upgrade between protocols; the shipped election has none, so its absence would prove nothing",
  },
  { id: "F04", title: "an upgrade waits for sessions that it keeps alive (#42602)", why: "as F03" },
  {
    id: "F07",
    title: "no exit when the liveness watch fails (#27021)",
    why: `the watch must end with an error other than compaction, which ${MEMBERS}`,
  },
  {
    id: "F08",
    title: "the liveness watch blocks while disconnected (#26247)",
    why: "Milvus waits inside the opening of a watch; the driver's contract has no such moment",
  },
  { id: "F12", title: "one dead follower costs the session (#29345, #45303)", why: MEMBERS },
  {
    id: "F13",
    title: "restarts on every fail-over at a TTL of 10 s (#45227)",
    why: `a fail-over longer than the TTL is configuration; ${SHARED}: it stops serving`,
  },
  { id: "F14", title: "the keepalive loop blocks (#47296)", why: "known by its title alone" },
  {
    id: "F15",
    title: "sessions expire under disk or CPU pressure (#49530, #50752, #50156, #47415, #30926)",
    why: `${SHARED}: who can not renew must leave`,
  },
  {
    id: "F16",
    title: "silent for 56 s, then the keys are gone (#30140, #30097)",
    why: "as F15; what it writes on waking is F17",
  },
  {
    id: "F18",
    title: "an idle standby is promoted with an expired token (#50102)",
    why: "authentication is not modelled",
  },
  {
    id: "F19",
    title: "watchers block after compaction (#9810, #15496, #36554, #48564)",
    why: `${CLIENT_SIDE}; the mutant deaf-to-compaction makes the same mistake in it`,
  },
  { id: "F21", title: "clients stay on the former active one (#26219, #26681, #26471)", why: CLIENT_SIDE },
  {
    id: "F23",
    title: "no switch, or no service after it (#21777, #21610, #21613, #21626, #21666)",
    why: UNSTATED,
  },
  { id: "F24", title: "datacoord does not become active (#26683)", why: UNSTATED },
  {
    id: "F25",
    title: "activation waits for another coordinator (#26793, #36411, #38269, #38608)",
    why: "calls between coordinators are not modelled",
  },
  { id: "F26", title: "two replicas without active-standby (#28063, #25943, #45019)", why: "configuration" },
  {
    id: "F27",
    title: "a restarted standalone waits a TTL for itself (#28138)",
    why: `${SHARED}: deleting the old key by its address is D6`,
  },
  { id: "F28", title: "several sessions in a rolling update (#23326)", why: UNSTATED },
  {
    id: "F29",
    title: "an old coordinator beside new nodes (#35719)",
    why: "is about the order in which parts of one process start",
  },
  { id: "F30", title: "a gone coordinator's lease is still renewed (milvus-operator#88)", why: UNSTATED },
  { id: "F31", title: "a roll-back is refused (#50694)", why: "the version watermark is not modelled" },
  {
    id: "F32",
    title: "alive after session expiry (#8401, #8451, #10725, #15871)",
    why: "before active-standby; the mutant claim-never-ends makes the same mistake",
  },
  {
    id: "D3",
    title: "a standby's watch that always fails is opened again without a pause",
    why: "takes an error that lasts, such as of authentication; compaction passes, and a broken stream the client mends",
  },
  { id: "D11", title: "a standby watches on a member that is cut off", why: MEMBERS },
  { id: "D12", title: "a standby reports Healthy", why: "health is not part of the election" },
];

export const hazardsNotExpressed: readonly NotExpressed[] = [
  {
    id: "H6",
    title: "a backlog of revocations (#12105)",
    why: "takes thousands of leases: test/models/lease.test.ts, 500 a scan",
  },
  { id: "H7", title: "a frozen leader blocks forwarded renewals for 7 s", why: MEMBERS },
  {
    id: "H8",
    title: "a renewal races a revocation (#14758)",
    why: "takes two threads of one server; the simulated etcd does one thing at a time",
  },
  {
    id: "H9",
    title: "a watch on a partitioned member is silent",
    why: `${MEMBERS}; what helps against it is what helps in H10`,
  },
  {
    id: "H11",
    title: "old events after a reconnect (#15271, #20221, #17529, #15220)",
    why: "quirks of etcd's own client, which resumes; the driver reads again instead",
  },
  { id: "H12", title: "a stale linearizable read (#20418)", why: MEMBERS },
  {
    id: "H14",
    title: "a write is lost in a crash (#14370, #17780)",
    why: "the store keeps what it acknowledged; that is an assumption",
  },
  {
    id: "H16",
    title: "a revocation fails and is forgotten (#9935, #10686)",
    why: "a single server's revocation does not fail",
  },
  {
    id: "H18",
    title: "expiry by the wall clock (3.4, #12291, #12292)",
    why: "the server's wall clock is not modelled",
  },
];
