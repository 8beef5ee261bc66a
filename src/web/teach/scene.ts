/**
 * A live scene: two coordinators and etcd run, in virtual time that passes fifteen times as fast, and one button kills whoever serves.
 * What is seen is read off the run that the production code makes: killing makes another run, the same up to that instant.
 */
import { html, render } from "lit-html";
import { scenario, type Scenario } from "../../simulation/scenario.ts";
import { cast } from "../../teach/lessons/scenes.ts";
import { pictureInTurns, type Picture } from "../picture.ts";
import { wantsStillness } from "../screen.ts";
import { drawServing, drawScene, sceneAt, widthNow, type SceneNow } from "./scene-drawing.ts";
import type { Simulator } from "./simulator.ts";
import { rootHeader } from "./tree.ts";

/** So many virtual seconds pass in one: a lease of a minute drains in four. */
const FASTER = 15;
/** Where it is when it is first seen: somebody serves, and has renewed. */
const BEGINS_MS = 45_000;
/** So far the run is made at first: what comes later need not be there yet. */
const FIRST_HORIZON_MS = 130_000;
const HORIZON_MS = 20 * 60_000;
/** So long before its end there is more of it. */
const AHEAD_MS = 60_000;
/** Who was killed is back after so long, as a standby. */
const BACK_AFTER_MS = 150_000;
/** Where motion is not wanted, it is drawn anew after so long. */
const STILL_MS = 1000;
/** A tab that was hidden goes on where it was, about. */
const LONGEST_MS = 1500;

export interface SceneHooks {
  readonly simulator: Simulator;
  /** Somebody was killed, and another serves: `tookMs` later. */
  readonly tookOver: (tookMs: number) => void;
}

export class Scene {
  readonly element = document.createElement("div");
  readonly #hooks: SceneHooks;
  #scenario: Scenario = scenario({
    title: "two coordinators",
    horizonMs: FIRST_HORIZON_MS,
    coordinators: cast(2),
  });
  #picture: Picture | undefined;
  /** Virtual time, true ms. */
  #at = BEGINS_MS;
  #drawnAt: number | undefined;
  #frame = 0;
  /** The run in which it is killed is being made. */
  #killing = false;
  #killedAt: number | undefined;
  #disposed = false;

  constructor(hooks: SceneHooks) {
    this.#hooks = hooks;
    this.element.className = "scene";
    this.#draw();
    // It is seen before what it shows is made.
    this.#frame = requestAnimationFrame(() => setTimeout(() => void this.#run()));
  }

  /** What is seen, as a run that can be opened elsewhere. */
  get seen(): { readonly scenario: Scenario; readonly at: number } {
    return { scenario: this.#scenario, at: this.#at };
  }

  dispose(): void {
    this.#disposed = true;
    cancelAnimationFrame(this.#frame);
  }

  async #run(): Promise<void> {
    if (this.#disposed) return;
    const its = this.#scenario;
    const header = rootHeader({ scenario: its, variant: "shipped", decisions: [] });
    const picture = await pictureInTurns(await this.#hooks.simulator.record(header));
    // Meanwhile another run may be wanted.
    if (this.#disposed || its !== this.#scenario) return;
    this.#picture = picture;
    this.#killing = false;
    this.#drawnAt = undefined;
    this.#draw();
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame((now) => this.#pass(now));
  }

  /** Whoever serves now is killed now. */
  async #kill(): Promise<void> {
    const on = this.#serving?.name;
    if (on === undefined || this.#killing) return;
    cancelAnimationFrame(this.#frame);
    const atMs = Math.round(this.#at) + 0.5;
    this.#killedAt = atMs;
    const faults = [
      ...this.#scenario.faults,
      { type: "crash", atMs, on, restartAfterMs: BACK_AFTER_MS } as const,
    ];
    this.#scenario = { ...this.#scenario, faults, horizonMs: atMs + HORIZON_MS };
    this.#at = atMs;
    this.#killing = true;
    this.#draw();
    await this.#run();
  }

  get #serving(): SceneNow["coordinators"][number] | undefined {
    return this.#now()?.coordinators.find(({ standing }) => standing === "active");
  }

  #pass(now: number): void {
    const picture = this.#picture;
    if (picture === undefined || this.#disposed) return;
    const passed = this.#drawnAt === undefined ? 0 : Math.min(LONGEST_MS, now - this.#drawnAt);
    // Who does not want motion sees how things stand once a second.
    if (wantsStillness() && this.#drawnAt !== undefined && passed < STILL_MS)
      return void (this.#frame = requestAnimationFrame((next) => this.#pass(next)));
    this.#drawnAt = now;
    this.#at = Math.min(this.#at + passed * FASTER, picture.run.untilMs);
    this.#draw();
    this.#frame = requestAnimationFrame((next) => this.#pass(next));
    const { horizonMs } = this.#scenario;
    if (horizonMs > picture.run.untilMs || this.#at + AHEAD_MS < horizonMs) return;
    // The same run, and more of it.
    this.#scenario = { ...this.#scenario, horizonMs: horizonMs + HORIZON_MS };
    void this.#run();
  }

  #now(): SceneNow | undefined {
    return this.#picture && sceneAt(this.#picture, this.#at);
  }

  get #names(): readonly string[] {
    return this.#scenario.coordinators.map(({ name }) => name);
  }

  #draw(): void {
    const now = this.#now();
    const active = now?.coordinators.find(({ standing }) => standing === "active");
    const said = active === undefined ? "nobody serves" : `${active.name} serves`;
    render(
      html`${drawScene(this.#names, now, wantsStillness(), widthNow())}
        <div class="scene-words">
          ${drawServing(now)}
          <p class="scene-said" role="status" aria-live="polite">${now && said}</p>
          <button
            type="button"
            class="kill"
            aria-disabled=${active === undefined || this.#killing}
            @click=${() => void this.#kill()}
          >
            Kill it
          </button>
          <p class="scene-note">The production code runs here, ${FASTER} times as fast as time.</p>
        </div>`,
      this.element,
    );
    if (active !== undefined) this.#tellTakeover();
  }

  /** Once, when somebody serves again. */
  #tellTakeover(): void {
    const killedAt = this.#killedAt;
    if (killedAt === undefined || this.#killing) return;
    const served = this.#picture?.counts.find(({ from, nodes }) => from > killedAt && nodes.length > 0);
    if (served === undefined || this.#at < served.from) return;
    this.#killedAt = undefined;
    this.#hooks.tookOver(served.from - killedAt);
  }
}
