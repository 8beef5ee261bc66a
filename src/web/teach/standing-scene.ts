/** Who takes part in a lesson, drawn before a word of it is read: each as it stands just before anything goes wrong. */
import { html, render } from "lit-html";
import type { Lesson } from "../../teach/lesson.ts";
import { pictureInTurns } from "../picture.ts";
import { STANDING_NAMES } from "../words.ts";
import { drawScene, NARROW, sceneAt, type SceneNow } from "./scene-drawing.ts";
import type { Simulator } from "./simulator.ts";
import { rootHeader } from "./tree.ts";

/** So many can be drawn. */
const PLACES = 2;

export class StandingScene {
  readonly element = document.createElement("figure");
  readonly #setup: Lesson["runs"][number]["setup"];
  #disposed = false;

  constructor(simulator: Simulator, { runs }: Lesson) {
    this.#setup = runs[0].setup;
    this.element.className = "cast";
    this.#draw(undefined);
    void this.#run(simulator);
  }

  dispose(): void {
    this.#disposed = true;
  }

  async #run(simulator: Simulator): Promise<void> {
    const picture = await pictureInTurns(
      await simulator.record(rootHeader({ ...this.#setup, decisions: [] })),
    );
    if (!this.#disposed) this.#draw(sceneAt(picture, this.#beforeFaults));
  }

  /** Faults that are arranged from the beginning strike somebody later; what they wait for is not there yet. */
  get #beforeFaults(): number {
    const later = this.#setup.scenario.faults.map(({ atMs }) => atMs).filter((atMs) => atMs > 0);
    return later.length === 0 ? 0 : Math.min(...later) - 1;
  }

  #draw(now: SceneNow | undefined): void {
    const names = this.#setup.scenario.coordinators.slice(0, PLACES).map(({ name }) => name);
    const stand = now?.coordinators.map(({ name, standing }) => `${name}: ${STANDING_NAMES[standing]}`) ?? [];
    const undrawn = stand.slice(PLACES);
    render(
      html`${drawScene(names, now, true, NARROW)}
        <figcaption>
          Before anything goes wrong.<span class="unseen"> ${stand.slice(0, PLACES).join(", ")}</span>
          ${undrawn.length === 0 ? "" : `Not drawn: ${undrawn.join(", ")}.`}
        </figcaption>`,
      this.element,
    );
  }
}
