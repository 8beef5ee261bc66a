/**
 * What a kind of fault is: one value with everything about it. Whoever reads, strikes, tells, draws, generates or shrinks
 * faults asks this value and knows no kind by name.
 *
 * Kinds are data and pure functions, and reach the world through {@link FaultPorts} alone: so they are light enough for a
 * page, and the world can be rebuilt without them.
 */
import type { EtcdInput, MemberStatus, Mode } from "../../../models/etcd.ts";
import type { KvRequest } from "../../../models/etcd-api.ts";
import type { ErrorReply } from "../../../models/store/errors.ts";
import type { Purpose } from "../../kv/kv.ts";
import type { Task } from "../task.ts";
import type { FaultWith, FieldTable } from "./fields.ts";
import type { Leg } from "./message.ts";

/** What every fault has. `atMs`: when it strikes, true ms. */
export interface AnyFault {
  readonly type: string;
  readonly atMs: number;
}

/** What a fault says beside its kind and its instant. */
type Saying<Fault> = Fault extends unknown ? Omit<Fault, "type" | "atMs"> : never;

/** The next `count` messages of a kind meet this fate. */
export interface Meddling {
  readonly leg: Leg;
  /** Absent: any. */
  readonly purpose: Purpose | undefined;
  readonly fate: "lost" | "late" | "doubled" | "refused";
  /** For late ones: by how much. */
  readonly byMs?: number;
  /** For refused ones: what etcd says. */
  readonly refusal?: ErrorReply;
  readonly count: number;
}

/** What a fault can do to the world. Coordinators by name; a name that the scenario does not have throws a RangeError. */
export interface FaultPorts {
  readonly now: number;
  /** The scenario's. */
  readonly ttlSeconds: number;
  /** How etcd stands, and its newest revision. */
  readonly etcd: { readonly mode: Mode; readonly revision: number };
  /** The process is gone at once. Nothing, if it is down. */
  kill(on: string): void;
  /** The process is asked to stop. Nothing, if it is down. */
  stop(on: string): void;
  /** Its surroundings tell the process something. Nothing, if it is down. */
  report(on: string, task: Task): void;
  stepClock(on: string, byMs: number): void;
  meddle(on: string, meddling: Meddling): void;
  tellEtcd(input: EtcdInput): void;
  /** The coordinator's connection, as etcd numbers it. */
  clientOf(on: string): number;
  /** An outsider's request to etcd, which carries it out as soon as it can. Nothing, while etcd is down. */
  operate(request: KvRequest): void;
  /** The key that is `which` to the process, e.g. the active key of its role; undefined: it has no such. */
  keyOf(on: string, which: string): string | undefined;
  /** What an operator asks of etcd so that the process gives its role to another. Nothing, where it has no way to be asked. */
  askToHandOver(on: string): void;
  /** Where the process stands, in one word of its kind; undefined: it is down. */
  phaseOf(on: string): string | undefined;
  /** The process is started after so long, if it is down then. */
  startLater(on: string, afterMs: number): void;
  /** etcd's own clock jumps forward: it is monotonic, and never goes back. */
  stepEtcdClock(byMs: number): void;
  /** The kind's `goOn` is called at this instant. */
  goOnAt(instantMs: number): void;
  /** In `goOn`: whether the process that lives there is the one that did when `goOnAt` was called. */
  isSame(on: string): boolean;
}

/**
 * What holds from a fault's begin to its end. Several faults may hold together: what is true of the coordinator then is
 * derived from all that are in effect, so that the end of one never ends another. See `effects.ts`.
 */
export interface Effects {
  /** Its process stands still; its successor does not. */
  readonly standsStill?: true;
  /** Its process is not started again. */
  readonly staysDown?: true;
  /** Its clock runs so fast, 1 is true. */
  readonly clockRate?: number;
  /** etcd's own clock runs so fast. */
  readonly etcdClockRate?: number;
  /** All this befalls every process, not one. */
  readonly everybody?: true;
  /** Messages that do not pass between it and etcd. */
  readonly cut?: { readonly toEtcd: boolean; readonly fromEtcd: boolean };
  /** Its watches bring nothing, though their connection lives. */
  readonly mutesWatches?: true;
  /** What is out of order of the member of etcd that its field `member` names. */
  readonly member?: keyof MemberStatus;
  /** Nothing passes between the coordinator and that member. */
  readonly outOfReach?: true;
}

/** Numbers from which a fault is made. `size`: from 0 to 1, `spice`: a whole number up to 1000, `members`: of etcd. */
export interface Draw {
  readonly atMs: number;
  readonly on: string;
  readonly size: number;
  readonly spice: number;
  readonly ttlMs: number;
  readonly members: number;
  /** A span by the draw's size, at least 1 ms, at most this, and over before the run's quiet end. */
  readonly within: (longestMs: number) => number;
}

/** For whom a menu offers faults. */
export interface Aim {
  readonly on: string;
  /** Longer than the lease, ms. */
  readonly longMs: number;
  /** What the coordinator waits for an answer to, if anything. */
  readonly purpose?: Purpose;
}

export interface Offer<Fault> {
  readonly label: string;
  /** Without its instant. */
  readonly fault: Saying<Fault>;
}

export interface FaultTraits<Fault extends AnyFault, FieldName extends string> {
  /**
   * Whose lane it stands in. The fault of `etcd` may concern a coordinator all the same: the one whose key is deleted.
   */
  readonly strikes: "coordinator" | "etcd";
  /** What its name is followed by in a scenario file: the coordinator, `etcd`, a message, or one of its fields. */
  readonly names: "on" | "etcd" | "message" | FieldName;
  /** The field that says how long it lasts, ms. Absent: it happens at one instant. */
  readonly span?: FieldName;
  /** It befalls an etcd of several members alone, or of one alone; absent: any. */
  readonly members?: "several" | "one";
  /** It strikes a process, and one that is down cannot suffer it. */
  readonly needsProcess?: true;
  /** The process is asked to stop, and has to. */
  readonly asksToStop?: true;

  /** etcd answers nobody (`whole`), or not those on one side (`split`), for so long; the election that follows counts. */
  readonly outage?: "whole" | "split";
  outageMs?(fault: Fault): number;
  /** etcd stores nothing while it lasts, and answers all the same. */
  readonly storesNothing?: true;
  /** What it amounts to while it lasts. */
  whileItLasts?(fault: Fault): Effects;
  /** The clock jumps by so much at once, ms. */
  clockJumpMs?(fault: Fault): number;

  begin?(fault: Fault, ports: FaultPorts): void;
  end?(fault: Fault, ports: FaultPorts): void;
  goOn?(fault: Fault, ports: FaultPorts): void;

  /**
   * How long promises about time wait for it: until it is over and some time has passed (`while it lasts`), for some time
   * after its begin and its end (`at once`), or not at all (it holds nobody up by itself).
   */
  readonly disturbs: "while it lasts" | "at once" | "nobody";
  /** What promises lean on and it breaks, besides clocks whose rate `whileItLasts` changes. */
  readonly breaks?: "keys left alone" | "leaders in touch" | "history kept";

  readonly words: {
    begins(fault: Fault): string;
    /** Where it finds the process down already. */
    vain?(fault: Fault): string;
    /** Absent, or undefined: nothing is to be told of its end. `vain`: as above. */
    ends?(fault: Fault, vain: boolean): string | undefined;
  };
  /** The key of etcd that it writes, if it does. */
  readonly writes?: string;
  /** How many leases it lets run out together: whoever dies then waits in the row. Absent: none. */
  leasesOf?(fault: Fault): number;
  /** How many entries it adds to metadata: whoever loads them may prepare for longer. Absent: none. */
  entriesOf?(fault: Fault): number;
  /** How many things it makes happen; absent: few. */
  workOf?(fault: Fault): number;

  /** How often it is drawn among all, and what is made of a draw. */
  readonly weight: number;
  draw(draw: Draw): Saying<Fault>;

  /** The page's button, and the key that presses it. */
  readonly button: { readonly label: string; readonly key?: string };
  /** What the stepper's menu offers. */
  offers(aim: Aim): readonly Offer<Fault>[];
}

/** A kind of fault, with everything about it. */
export interface FaultKind<Fault extends AnyFault = AnyFault> extends FaultTraits<Fault, string> {
  /** Its one name: in scenario files, traces, stories, pages and code. */
  readonly name: Fault["type"];
  readonly fields: FieldTable;
}

/** The faults of a kind. */
export type FaultOf<Kind> = Kind extends FaultKind<infer Fault> ? Fault : never;

export function faultKind<const Name extends string, const Table extends FieldTable>(
  name: Name,
  fields: Table,
  traits: FaultTraits<FaultWith<Name, Table>, keyof Table & string>,
): FaultKind<FaultWith<Name, Table>> {
  return { name: name as FaultWith<Name, Table>["type"], fields, ...traits };
}
