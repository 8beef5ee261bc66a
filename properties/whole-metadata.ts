/**
 * Whoever goes on to serve has loaded the metadata as they stood at one revision, entry by entry: a look at the pages that it was sent, where
 * a coordinator says no more than how new the newest of them is.
 */
import { keysFor } from "../models/dialect.ts";
import { REQUEST_KINDS } from "../models/election-vocabulary.ts";
import type { Observation } from "../models/observation.ts";
import { CoordinatorKind, type CoordinatorState } from "../src/simulation/coordinator-process.ts";
import { execute } from "../src/simulation/execute.ts";
import { decided } from "../src/simulation/scheduler.ts";
import { createSetup, type SimulationSetup } from "../src/simulation/setup.ts";
import type { Item, World } from "../src/simulation/world.ts";
import { historyKept } from "./assumptions.ts";
import { HOLDS } from "./property.ts";
import { loadedKinds, type LoadedOtherwise } from "./rerun-kinds.ts";
import type { RerunProperty } from "./rerun-property.ts";

type Of<Type> = Extract<Observation, { readonly type: Type }>;
type Entries = Map<string, string>;

const RELOAD = REQUEST_KINDS.indexOf("reload");

export const wholeMetadata: RerunProperty<"whole-metadata", LoadedOtherwise> = {
  name: "whole-metadata",
  guarantee:
    "Whoever goes on to serve has loaded the metadata as they stood at one revision, entry by entry.",
  every: 20,
  kills: ["loads-keys-alone", "skips-what-begins-alike", "loads-as-it-stands", "goes-on-loading"],
  kinds: loadedKinds,
  rerun({ decisions, scenario }, variant) {
    // What was loaded at a revision that came twice may be either.
    if (!historyKept.holds(scenario)) return HOLDS;
    const setup = createSetup(scenario, variant);
    const look = new LoadedLook(setup);
    let found: LoadedOtherwise | undefined;
    execute(setup, {
      scheduler: decided(decisions),
      listeners: [
        {
          observe: (seen) => (found ??= look.observe(seen)),
          happens: (item, world) => look.happens(item, world),
        },
      ],
      enough: () => found !== undefined,
    });
    if (found === undefined) return HOLDS;
    return { type: "violated", violation: { property: "whole-metadata", ...found } };
  },
};

/** What each has been sent of the metadata, beside what etcd had. */
class LoadedLook {
  readonly #setup: SimulationSetup;
  readonly #changes: Of<"change">["event"][] = [];
  readonly #loaded = new Map<number, { readonly revision: number; readonly entries: Entries }>();

  constructor(setup: SimulationSetup) {
    this.#setup = setup;
  }

  /** A page is about to be taken, if somebody still waits for it. */
  happens(item: Item, { nodes }: World): void {
    if (item.type !== "reply" || item.purpose !== "reload" || item.reply.type !== "ok") return;
    const { response } = item.reply;
    const node = nodes[item.node];
    const isCoordinator = this.#setup.processes[item.node]?.kind instanceof CoordinatorKind;
    if (response.type !== "range" || node?.status !== "up" || node.life !== item.life || !isCoordinator)
      return;
    const { ledger, pending } = (node.state as CoordinatorState).coordinator;
    if (pending[RELOAD] !== item.id) return;
    const before = ledger.reload.lastKey === "" ? undefined : this.#loaded.get(item.node);
    const { entries, revision } = before ?? { revision: response.header.revision, entries: new Map() };
    for (const { key, value } of response.kvs) entries.set(key, value);
    this.#loaded.set(item.node, { revision, entries });
  }

  observe(observation: Observation): LoadedOtherwise | undefined {
    if (observation.type === "change") this.#changes.push(observation.event);
    if (observation.type !== "milestone") return undefined;
    const { at, milestone, node, role } = observation;
    if (milestone === "won") this.#loaded.delete(node);
    if (milestone !== "prepare") return undefined;
    const newest = this.#changes.at(-1)?.kv.modRevision ?? 0;
    const { entries, revision } = this.#loaded.get(node) ?? {
      entries: new Map<string, string>(),
      revision: newest,
    };
    const there = this.#thereAt(revision, keysFor(role).metadata);
    const key = [...new Set([...there.keys(), ...entries.keys()])].find(
      (one) => there.get(one) !== entries.get(one),
    );
    if (key === undefined) return undefined;
    const [loaded, stored] = [entries.get(key), there.get(key)];
    const facts = {
      role,
      revision,
      key,
      ...(loaded === undefined ? {} : { loaded }),
      ...(stored === undefined ? {} : { stored }),
    };
    return { kind: "loaded-otherwise", at, nodes: [node], facts };
  }

  #thereAt(revision: number, prefix: string): Entries {
    const there: Entries = new Map();
    for (const { kv, type } of this.#changes) {
      if (kv.modRevision > revision || !kv.key.startsWith(prefix)) continue;
      if (type === "PUT") there.set(kv.key, kv.value);
      else there.delete(kv.key);
    }
    return there;
  }
}
