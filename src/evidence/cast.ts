/**
 * The evidence's processes as the coordinators of a scenario, so that the properties' own judges can hear of them. The scenario has no
 * faults: what went wrong is not known, and no judge here is asked whose promise leans on that.
 */
import { coordinator, scenario, type Scenario } from "../simulation/scenario.ts";

/** Names become places as they are asked for. */
export class Cast {
  readonly #places = new Map<string, number>();
  readonly #roles: string[] = [];

  placeOf(name: string, role: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = this.#roles.push(role) - 1;
    this.#places.set(name, place);
    return place;
  }

  nameOf(place: number): string {
    return [...this.#places.keys()][place] ?? "etcd";
  }

  /** With everyone that was asked for so far. */
  scenario(): Scenario {
    const names = [...this.#places.keys()];
    return scenario({
      title: "what was logged",
      horizonMs: Number.MAX_SAFE_INTEGER,
      coordinators: names.map((name, place) => coordinator(name, this.#roles[place] ?? "")),
    });
  }
}
