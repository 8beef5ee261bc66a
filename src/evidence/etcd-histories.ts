/**
 * Whether all that etcdctl printed is of one etcd, and of one life of it: revisions of two have no order. The header of each answer names the
 * cluster and the member that gave it, and its raft term, which a member never takes back as its revision grows; one that was set up
 * anew bears the same ids and begins again.
 */
import { placeText, type LinePlace } from "./fact.ts";

type Json = Readonly<Record<string, unknown>>;

/** Why lines cannot be put in one order. `at`: a line of each, as people are told. */
export interface TwoHistories {
  readonly at: string;
  readonly what: string;
  readonly remedy: string;
}

interface Said {
  readonly place: LinePlace;
  readonly revision: number;
}

/** The first and the last revision that a member gave under one term. */
interface Term {
  readonly term: number;
  first: Said;
  last: Said;
}

/** Feed it with the header of every answer, in whatever order. */
export class EtcdHistories {
  readonly #clusters = new Map<string, LinePlace>();
  readonly #members = new Map<string, Map<number, Term>>();

  hear(given: unknown, place: LinePlace): void {
    const header = typeof given === "object" && given !== null ? (given as Json) : {};
    const cluster = idIn(header["cluster_id"]);
    if (cluster !== undefined && !this.#clusters.has(cluster)) this.#clusters.set(cluster, place);
    const { raft_term: term, revision } = header;
    if (typeof term !== "number" || typeof revision !== "number" || term < 1 || revision < 1) return;
    const member = `${cluster ?? ""} ${idIn(header["member_id"]) ?? ""}`;
    let terms = this.#members.get(member);
    if (terms === undefined) this.#members.set(member, (terms = new Map()));
    const said = { place, revision };
    const known = terms.get(term);
    if (known === undefined) terms.set(term, { term, first: said, last: said });
    else if (revision < known.first.revision) known.first = said;
    else if (revision > known.last.revision) known.last = said;
  }

  /** Undefined: nothing speaks against one history. */
  get two(): TwoHistories | undefined {
    if (this.#clusters.size > 1)
      return {
        at: listed([...this.#clusters.values()].map(placeText)),
        what: `they are of ${this.#clusters.size} clusters of etcd (cluster_id ${listed([...this.#clusters.keys()])}), whose revisions have no order`,
        remedy: ALONE,
      };
    for (const terms of this.#members.values()) {
      const inOrder = [...terms.values()].toSorted((left, right) => left.term - right.term);
      for (const [at, { last, term }] of inOrder.entries()) {
        const later = inOrder.slice(at + 1).find(({ first }) => first.revision < last.revision);
        if (later === undefined) continue;
        const { first } = later;
        return {
          at: listed([first.place, last.place].map(placeText)),
          what:
            `they are of two histories of etcd: its raft_term is ${later.term} at revision ${first.revision}, and ${term} at ` +
            `revision ${last.revision}, but no term goes down as revisions grow; it was set up anew between them`,
          remedy: ALONE,
        };
      }
    }
    return undefined;
  }
}

const ALONE = "validate the lines of each alone, in a file of their own";

function listed(all: readonly string[]): string {
  return [all.slice(0, -1).join(", "), ...all.slice(-1)].filter((one) => one !== "").join(" and ");
}

/** Large ones come as text. */
function idIn(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
