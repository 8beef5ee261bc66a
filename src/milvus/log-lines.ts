/**
 * What a coordinator logs: Milvus' own texts where Milvus has one (2.2, as on its Coordinator HA page), so that tools and
 * eyes that know them keep working, and clear words of ours for what Milvus has no line for. A pure function of events;
 * the simulation and the production process both call it.
 */
import type { LossReason, Milestone } from "../../models/election-vocabulary.ts";
import { NO_LEASE, type LeaseId, type Revision, type StoreEvent } from "../../models/etcd-api.ts";
import { keyValueText, type LogLevel, type LogLine } from "./log-format.ts";
import { shortened } from "../words/shown.ts";
import { MILVUS_ROLES, type MilvusRoleName } from "./roles.ts";

/** A standby says so this often, by its own clock. */
export const STANDBY_BEAT_MS = 10_000;

/** A session takes a few hundred characters; what another program wrote there may be a megabyte. */
const LONGEST_VALUE = 2000;

/** Something worth a line. */
export type LogEvent =
  | {
      readonly type: "milestone";
      readonly milestone: Milestone;
      readonly reason: LossReason | undefined;
      readonly role: string;
      /** Active-standby is off. */
      readonly exclusive: boolean;
      readonly serverId: number;
      readonly leaseId: LeaseId;
      readonly token: Revision;
      readonly loadedRevision: Revision;
      /** The active key. */
      readonly activeKey: string;
    }
  /** A change that the watch on the active key brought. */
  | { readonly type: "watched"; readonly event: StoreEvent }
  | { readonly type: "beat"; readonly role: string }
  /** A fenced write of metadata did not go through. */
  | { readonly type: "written"; readonly outcome: "superseded" | "refused" | "unknown" };

type Fields = LogLine["fields"];

const SESSION = "sessionutil/session_util.go";

/** Where Milvus 2.2 logs of a role; roles that Milvus does not have get a place made alike. */
function placeOf(role: string): { readonly title: string; readonly file: string } {
  if (!Object.hasOwn(MILVUS_ROLES, role)) return { title: role, file: "server.go" };
  const { logFile, title } = MILVUS_ROLES[role as MilvusRoleName];
  return { title, file: logFile };
}

/** The lines of one event, in order; often one, sometimes none. */
export function logLinesOf(event: LogEvent): readonly LogLine[] {
  switch (event.type) {
    case "beat":
      return [line("INFO", `${SESSION}:649`, `serverName: ${event.role} is in STANDBY ...`)];
    case "watched": {
      const field = event.event.type === "DELETE" ? "DELETE" : "ADD";
      return [
        line("DEBUG", `${SESSION}:677`, "watch the ACTIVE key", [
          [field, shortened(keyValueText(event.event), LONGEST_VALUE)],
        ]),
      ];
    }
    case "written":
      return [own("WARN", WRITE_TEXTS[event.outcome])];
    case "milestone":
      return milestoneLines(event);
  }
}

const WRITE_TEXTS = {
  superseded: "metadata write refused: the fencing token is no longer that of the ACTIVE key",
  refused: "metadata write refused by etcd",
  unknown: "metadata write got no answer, it may have been applied",
} as const;

function milestoneLines(event: LogEvent & { type: "milestone" }): readonly LogLine[] {
  const { activeKey, exclusive, role, serverId } = event;
  const { file, title } = placeOf(role);
  switch (event.milestone) {
    case "starting":
      return [line("DEBUG", `${SESSION}:200`, "Session try to connect to etcd")];
    case "identified":
      return [
        line("DEBUG", `${SESSION}:265`, "Session get serverID success", [
          ["key", "id"],
          ["ServerId", String(serverId)],
        ]),
      ];
    case "registered":
      return [
        line("INFO", `${SESSION}:330`, "Service registered successfully", [
          ["ServerName", role],
          ["serverID", String(serverId)],
        ]),
      ];
    case "standby":
      return exclusive ? [] : [line("INFO", `${SESSION}:630`, `serverName: ${role} enter STANDBY mode`)];
    case "campaigning":
      return [line("INFO", `${SESSION}:655`, "start retrying to register as ACTIVE service...")];
    case "outrun":
      return [own("WARN", "the ACTIVE key is taken and active-standby is off, retrying")];
    case "watching":
      return [
        line("INFO", `${SESSION}:645`, `ACTIVE ${role} has already been registered`),
        line("INFO", `${SESSION}:660`, `${role} start to watch ACTIVE key ${activeKey}`),
      ];
    case "vacancy":
      return [line("INFO", `${SESSION}:683`, "stop watching ACTIVE key")];
    case "won": {
      const won = line("INFO", `${SESSION}:641`, "register ACTIVE service successfully", [
        ["ServerID", String(serverId)],
      ]);
      if (exclusive) return [won];
      return [
        won,
        line("INFO", `${SESSION}:690`, "quit STANDBY mode, this node will become ACTIVE"),
        line("INFO", `${role}/${file}:638`, `${role} switch from standby to active, activating`),
      ];
    }
    case "prepare":
      return [
        own("DEBUG", "metadata reloaded", [
          ["revision", String(event.loadedRevision)],
          ["token", String(event.token)],
        ]),
      ];
    case "active":
      return [
        line("INFO", `${role}/${file}:306`, `${title} Register Finished`),
        line("DEBUG", `${role}/service.go:148`, `${title} start done ...`),
        line("DEBUG", `components/${file}:58`, `${title} successfully started`),
      ];
    case "deposed":
      return [own("WARN", "no longer ACTIVE, stopped serving")];
    case "lost":
      return [own("WARN", "membership lost, revoking the lease", [["reason", event.reason ?? "unknown"]])];
    case "stopping":
      return [line("INFO", `${SESSION}:700`, "start to revoke session")];
    case "stopped":
      if (event.leaseId === NO_LEASE) return [own("INFO", "stopped before there was a lease to revoke")];
      return [line("INFO", `${SESSION}:705`, "revoke session successfully")];
    case "leaseKept":
      return [
        event.leaseId === NO_LEASE
          ? own("WARN", "stopped while a lease was being granted; if it was, it holds no key and runs out")
          : own("WARN", "the session could not be revoked: its keys stay until the lease runs out", [
              ["lease", event.leaseId],
            ]),
      ];
    case "exited":
      return [
        line("ERROR", `${role}/${file}:640`, `${title} disconnected from etcd, process will exit`, [
          ["Server Id", String(serverId)],
        ]),
      ];
    case "gaveUp":
      return [line("ERROR", `${SESSION}:350`, "Register failed")];
  }
}

function line(level: LogLevel, caller: string, message: string, fields?: Fields): LogLine {
  return fields === undefined ? { level, caller, message } : { level, caller, message, fields };
}

/** What Milvus has no line for. */
function own(level: LogLevel, message: string, fields?: Fields): LogLine {
  return line(level, "leasehold/election.ts:1", message, fields);
}
