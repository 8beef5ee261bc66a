/**
 * What went wrong lately, and for whom: the part that timely promises share. A coordinator is *sound* while nothing
 * afflicts it; etcd likewise. Promises about time count from when their parties became sound.
 */
import type { Observation, ObservationType } from "../models/observation.ts";
import type { Scenario } from "../src/simulation/scenario.ts";

export const DISTURBANCES: readonly ObservationType[] = ["started", "ended", "fault", "message"];

/** Faults that strike etcd's history or neighbours but hold nobody up. */
const HARMLESS: ReadonlySet<string> = new Set(["hammer"]);

export class Disturbances {
  readonly #active: number[];
  readonly #since: number[];
  readonly #up: boolean[];
  #etcdActive = 0;
  /** The last moment at which etcd was disturbed; Infinity while it is. */
  etcdSince = 0;

  constructor(scenario: Scenario) {
    const none = scenario.coordinators.map(() => 0);
    this.#active = none.slice();
    this.#since = none.slice();
    this.#up = none.map(() => false);
  }

  /** True if the observation disturbed somebody; `node` -1 is etcd. */
  note(observation: Observation): boolean {
    switch (observation.type) {
      case "started":
        this.#up[observation.node] = true;
        this.#touch(observation.node, observation.at);
        return true;
      case "ended":
        this.#up[observation.node] = false;
        this.#touch(observation.node, observation.at);
        return true;
      case "message":
        this.#touch(observation.node, observation.until);
        return true;
      case "fault": {
        const { at, kind, node, phase } = observation;
        if (HARMLESS.has(kind)) return false;
        const change = LASTING.has(kind) ? (phase === "begins" ? 1 : -1) : 0;
        if (node < 0) {
          this.#etcdActive += change;
          this.etcdSince = this.#etcdActive > 0 ? Number.POSITIVE_INFINITY : at;
        } else {
          this.#active[node] = (this.#active[node] ?? 0) + change;
          this.#touch(node, at);
        }
        return true;
      }
      default:
        return false;
    }
  }

  /** Since when the coordinator has been up and undisturbed; Infinity: it is not. */
  soundSince(node: number): number {
    return this.#up[node] === true && this.#active[node] === 0 ? (this.#since[node] ?? 0) : Number.POSITIVE_INFINITY;
  }

  /** The last moment that something befell the coordinator; late messages of a dead one count until they arrive. */
  lastTouched(node: number): number {
    return this.#since[node] ?? 0;
  }

  #touch(node: number, at: number): void {
    this.#since[node] = Math.max(this.#since[node] ?? 0, at);
  }
}

/** Faults with an end of their own; a crash "ends" with the restart, which counts as a start. */
const LASTING: ReadonlySet<string> = new Set(["pause", "drift", "partition", "leaderChange", "stall", "etcdRestart"]);
