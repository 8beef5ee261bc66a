/** Roles as a table, and their changes as lines. */
import type { ChalkInstance } from "chalk";
import { NO_LEASE } from "../../../models/etcd-api.ts";
import type { Leader, RoleStanding, Session } from "../../service/leaders.ts";
import { cellsOf, pad } from "../../words/cells.ts";
import { shown } from "../../words/shown.ts";
import { countOf } from "../../words/count.ts";

/** A role, and what its leader's lease has left: undefined where it could not be asked, or there is none. */
export interface ShownRole extends RoleStanding {
  readonly leaseLeftSeconds?: number;
  /** What stands in the way of trusting it. */
  readonly warning?: string;
}

const HEAD = ["role", "leader", "address", "token", "lease", "standing by"] as const;

/** One line a role. */
export function renderRoles(roles: readonly ShownRole[], paint: ChalkInstance): string {
  const rows = roles.map((one) => rowOf(one));
  const widths = HEAD.map((head, column) =>
    Math.max(cellsOf(head), ...rows.map((row) => cellsOf(row[column] ?? ""))),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [
    paint.dim(line(HEAD)),
    ...rows.map((row, at) => (roles[at]?.leader === undefined ? paint.yellow(line(row)) : line(row))),
  ]
    .map((text) => `${text}\n`)
    .join("");
}

function rowOf({ leader, leaseLeftSeconds, others, role }: ShownRole): readonly string[] {
  const standing = others.length === 0 ? "nobody" : others.map((one) => nameOf(one)).join(", ");
  if (leader === undefined) return [shown(role), "NOBODY", "", "", "", standing];
  return [
    shown(role),
    nameOf(leader),
    shown(leader.address),
    String(leader.token),
    leaseOf(leader, leaseLeftSeconds),
    standing,
  ];
}

function nameOf({ hostName, leaving, serverId }: Session): string {
  const host = hostName === "" ? "" : ` ${shown(hostName)}`;
  return `${serverId === 0 ? "an unreadable session" : `id ${serverId}`}${host}${leaving ? " (asked to leave)" : ""}`;
}

function leaseOf({ leaseId }: Leader, leftSeconds: number | undefined): string {
  if (leaseId === NO_LEASE) return "NONE: never ends";
  return leftSeconds === undefined ? "?" : `${leftSeconds} s left`;
}

/** A change of leader, with the time of day at which it was seen here. */
export function renderChange(role: string, leader: Leader | undefined, seenAt: Date): string {
  const time = seenAt.toISOString();
  if (leader === undefined) return `${time}  ${shown(role)}  nobody leads\n`;
  const { address, leaseId, token } = leader;
  const lease = leaseId === NO_LEASE ? `  lease ${leaseOf(leader, undefined)}` : "";
  return `${time}  ${shown(role)}  ${nameOf(leader)}  ${shown(address)}  token ${token}${lease}\n`;
}

/** Where nothing was found. */
export function renderNone(metaRoot: string): string {
  return `nobody is registered under ${shown(metaRoot)}/session/\n`;
}

/** What stands in the way of trusting how a role stands; undefined: nothing. */
export function warningOf({ leader, others, role }: RoleStanding): string | undefined {
  if (leader?.leaseId === NO_LEASE)
    return `${shown(role)}: the active key has no lease, so the role stays taken for ever: look at it, then delete it with etcdctl del`;
  if (leader === undefined && others.length > 0)
    return `${shown(role)}: ${countOf(others.length, "coordinator")} registered, and nobody leads`;
  return undefined;
}
