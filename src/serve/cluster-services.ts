/** As much of Cluster and Maintenance as clients ask for; what is left out is refused by its name. */
import { createHash } from "node:crypto";
import { hears } from "../../models/etcd/members.ts";
import { ERRORS } from "../../models/store/errors.ts";
import { begin, presentKeys } from "../../models/store.ts";
import { procedure } from "../kv/etcd/convert.ts";
import type { Wire } from "../kv/etcd/schema.ts";
import type { Guest } from "./guests.ts";
import { tellByHand, type LiveEtcd } from "./live-etcd.ts";
import { headerToWire, memberId } from "./messages.ts";
import { failure, type GiveAnswer, type Offered } from "./rpc.ts";
import type { StoreSpace } from "./space.ts";

/** What etcd has and this server has not, by service. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  Auth: (
    "AuthEnable AuthDisable AuthStatus Authenticate UserAdd UserGet UserList UserDelete UserChangePassword UserGrantRole " +
    "UserRevokeRole RoleAdd RoleGet RoleList RoleDelete RoleGrantPermission RoleRevokePermission"
  ).split(" "),
  Cluster: ["MemberAdd", "MemberRemove", "MemberUpdate", "MemberPromote"],
  Maintenance: ["Snapshot", "Downgrade"],
};

/** Actions of an alarm's request, and the one kind of alarm that there is: that the space is used up. */
const DEACTIVATE = 2;
const NO_SPACE = 1;

/** `urls`: of each member's endpoint, the first one first. */
export function clusterServices(etcd: LiveEtcd, space: StoreSpace, urls: () => readonly string[]): Offered[] {
  const header = ({ member }: Guest): Wire => {
    const { raftTerm, store } = etcd.state;
    return headerToWire({ revision: store.revision, raftTerm }, member);
  };
  const offer = (
    service: string,
    name: string,
    make: (guest: Guest, fields: Wire) => Wire | ReturnType<typeof failure>,
  ): Offered => ({
    procedure: procedure(service, name),
    type: "unary",
    serve: ({ fields, guest }, answer: GiveAnswer) => answer(make(guest, fields)),
  });
  return [
    offer("Maintenance", "Status", (guest) => ({ header: header(guest), ...statusOf(etcd, space, guest) })),
    offer("Maintenance", "Alarm", (guest, fields) => {
      const isAbout = [0, NO_SPACE].includes(Number(fields["alarm"]));
      const raised = etcd.state.spaceAlarms > 0;
      if (Number(fields["action"]) === DEACTIVATE && isAbout) space.disarm();
      const alarms = raised && isAbout ? [{ memberID: memberId(1), alarm: NO_SPACE }] : [];
      return { header: header(guest), alarms };
    }),
    offer("Maintenance", "Defragment", (guest) => {
      space.defragment();
      return { header: header(guest) };
    }),
    {
      procedure: procedure("Maintenance", "MoveLeader"),
      type: "unary",
      serve: ({ fields, guest }, answer) =>
        moveLeader(etcd, guest.member, String(fields["targetID"]), answer),
    },
    offer("Maintenance", "Hash", (guest) => ({ header: header(guest), hash: hashOf(etcd) })),
    offer("Maintenance", "HashKV", (guest, fields) => {
      const { compactRevision, revision } = etcd.state.store;
      if (Number(fields["revision"]) > revision)
        return failure("OutOfRange", "etcdserver: mvcc: required revision is a future revision");
      return { header: header(guest), hash: hashOf(etcd), compactRevision: Math.max(0, compactRevision) };
    }),
    offer("Cluster", "MemberList", (guest) => ({
      header: header(guest),
      members: urls().map((url, at) => ({
        ID: memberId(at + 1),
        name: urls().length === 1 ? "leasehold" : `leasehold-${at + 1}`,
        peerURLs: [url],
        clientURLs: [url],
      })),
    })),
    ...Object.entries(LEFT_OUT).flatMap(([service, names]) => names.map((name) => leftOut(service, name))),
  ];
}

/** As etcd 3.4.23 does and refuses it (measured); one that cannot lead is waited for until the caller gives up. */
function moveLeader(etcd: LiveEtcd, asked: number, targetId: string, answer: GiveAnswer): void {
  const members = etcd.state.cluster?.members ?? [undefined];
  const target = members.findIndex((_, at) => memberId(at + 1) === targetId) + 1;
  if (leaderOf(etcd, asked) !== asked) return answer(ERRORS.notLeader);
  if (target === 0) return answer(ERRORS.badTransferee);
  if (target !== asked) {
    const status = members[target - 1]?.status ?? NOWHERE;
    if (!hears(status) || status.lags) return;
    tellByHand(etcd, `the leader hands over to member ${target}`, { type: "moveLeader", member: target });
  }
  answer({});
}

/** Whom this member takes for the leader; 0: it knows none. */
function leaderOf({ state: { cluster, mode } }: LiveEtcd, member: number): number {
  const electing = mode === "electing" || mode === "stalledElecting";
  const apart = cluster !== null && !hears(cluster.members[member - 1]?.status ?? NOWHERE);
  return electing || apart ? 0 : (cluster?.leader ?? 1);
}

function leftOut(service: string, name: string): Offered {
  const plain = { encode: () => Buffer.alloc(0), decode: () => ({}) };
  const message = `leasehold serve has no ${service}.${name}: it is an etcd to test clients on, with KV, Lease, Watch, Lock and Election`;
  return {
    procedure: { path: `/etcdserverpb.${service}/${name}`, codec: plain, served: plain },
    type: "unary",
    serve: (_, answer) => answer(failure("Unimplemented", message)),
  };
}

function statusOf(etcd: LiveEtcd, space: StoreSpace, { member }: Guest): Wire {
  const { options, raftTerm, spaceAlarms, store } = etcd.state;
  const leader = memberId(leaderOf(etcd, member));
  const index = store.revision + 3;
  return {
    version: options.version,
    dbSize: space.sizeBytes,
    dbSizeInUse: space.inUseBytes,
    leader,
    raftIndex: index,
    raftAppliedIndex: index,
    raftTerm,
    errors: [
      ...(leader === "0" ? ["etcdserver: no leader"] : []),
      ...(spaceAlarms > 0 ? [`memberID:${memberId(1)} alarm:NOSPACE `] : []),
    ],
  };
}

const NOWHERE = { cut: true, down: true, frozen: true, lags: true } as const;

/** Of the keys as they stand: equal for equal stores. etcd's own is of its file. */
function hashOf({ state: { store } }: LiveEtcd): number {
  const hash = createHash("sha256");
  hash.update(`${store.revision} ${store.compactRevision}`);
  for (const { key, lease, modRevision, value } of presentKeys(begin(store), "", null, Infinity))
    hash.update(`${key.length} ${key}${value.length} ${value}${modRevision} ${lease}`, "latin1");
  return hash.digest().readUInt32BE(0);
}
