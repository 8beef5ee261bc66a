/**
 * A process' connections to etcd's several members as data, and what can be read off them: which member is in use, which it does not
 * reach, where its watches are. `member-client.ts` moves them.
 */
import type { Etcd } from "../../models/etcd.ts";
import type { Revision, WatchRequest } from "../../models/etcd-api.ts";

/** One watch, across members. */
export interface MemberWatch {
  readonly id: number;
  readonly request: WatchRequest;
  readonly member: number;
  /** Its stream's number; what comes down another one is outdated. */
  readonly stream: number;
  /** The next revision to tell. */
  readonly next: Revision;
  /** Streams without a message from any, one after another. */
  readonly attempts: number;
  readonly confirmed: boolean;
}

/** Members are numbered from 1 on. */
export interface MemberClient {
  readonly members: number;
  /** Where each life begins. */
  readonly first: number;
  member: number;
  /** Nothing passes between the process and these. */
  outOfReach: readonly number[];
  watches: readonly MemberWatch[];
  /** How many streams there have been. */
  streams: number;
}

export function createMemberClient(members: number, first: number): MemberClient {
  return { members, first, member: first, outOfReach: [], watches: [], streams: 0 };
}

export function copyMemberClient(client: MemberClient): MemberClient {
  return { ...client };
}

/** Who has such connections; absent: etcd is one server. */
interface Connected {
  readonly client?: MemberClient;
}

/** Another life begins, and knows nothing of the one before. */
export function connectAnew({ client }: Connected): void {
  if (client === undefined) return;
  client.member = client.first;
  client.watches = [];
}

export function isOutOfReach({ client }: Connected, member: number | undefined): boolean {
  return member !== undefined && client?.outOfReach.includes(member) === true;
}

/** Whether nothing comes from that member, though no connection to it was closed. */
export function isSilent(
  { etcd }: { readonly etcd: Pick<Etcd, "cluster"> },
  node: Connected,
  member: number,
): boolean {
  return isOutOfReach(node, member) || etcd.cluster?.members[member - 1]?.status.frozen === true;
}

/** The watch that has this stream now; undefined: it went on at another. */
export function watchOnStream({ client }: Connected, stream: number | undefined): MemberWatch | undefined {
  return client?.watches.find((watch) => watch.stream === stream);
}

/** Whether the news that a stream broke still means anything. */
export function isStreamBroken(
  node: Connected,
  { stream, unconfirmed }: { readonly stream?: number; readonly unconfirmed?: true },
): boolean {
  const watch = watchOnStream(node, stream);
  return watch !== undefined && !(unconfirmed === true && watch.confirmed);
}
