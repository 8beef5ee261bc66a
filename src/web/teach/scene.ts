/**
 * A live scene: two coordinators and etcd run, in virtual time that passes fifteen times as fast, and one button kills whoever serves.
 * What is seen is read off the run that the production code makes: killing makes another run, the same up to that instant.
 */
import { lastFrom, within } from "../../reading/sorted.ts";
import { coordinators, scenario, type Scenario } from "../../simulation/scenario.ts";
import { pictureInTurns, type Picture } from "../picture.ts";
import { nowAt } from "../moment.ts";
import { atInstant } from "../player.ts";
import { drawScene, sceneFrame, type SceneNow } from "./scene-drawing.ts";
import type { Simulator } from "./simulator.ts";
import { rootHeader } from "./tree.ts";

/** So many virtual seconds pass in one: a lease of a minute drains in four. */
const FASTER = 15;
/** Where it is when it is first seen: somebody serves, and has renewed. */
const BEGINS_MS = 45_000;
const HORIZON_MS = 20 * 60_000;
/** Who was killed is back after so long, as a standby. */
const BACK_AFTER_MS = 150_000;
/** Where motion is not wanted, it is drawn anew after so long. */
const STILL_MS = 1000;
/** A tab that was hidden goes on where it was, about. */
const LONGEST_MS = 1500;
/** A message can be seen for so long, virtual ms; in truth it takes 2 ms. */
const MESSAGE_MS = 5000;

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
    horizonMs: HORIZON_MS,
    coordinators: coordinators("rootcoord", 2),
  });
  #picture: Picture | undefined;
  /** Virtual time, true ms. */
  #at = BEGINS_MS;
  #drawnAt: number | undefined;
  #frame = 0;
  #said = "";
  #killedAt: number | undefined;
  #disposed = false;

  constructor(hooks: SceneHooks) {
    this.#hooks = hooks;
    this.element.className = "scene";
    this.element.innerHTML = sceneFrame(FASTER);
    this.#button.addEventListener("click", () => void this.#kill());
    void this.#run();
  }

  /** What is seen, as a run that can be opened elsewhere. */
  get seen(): { readonly scenario: Scenario; readonly at: number } {
    return { scenario: this.#scenario, at: this.#at };
  }

  dispose(): void {
    this.#disposed = true;
    cancelAnimationFrame(this.#frame);
  }

  get #button(): HTMLButtonElement {
    return this.element.querySelector("button") as HTMLButtonElement;
  }

  async #run(): Promise<void> {
    const header = rootHeader({ scenario: this.#scenario, variant: "shipped", decisions: [] });
    const picture = await pictureInTurns(await this.#hooks.simulator.record(header));
    if (this.#disposed) return;
    this.#picture = picture;
    this.#drawnAt = undefined;
    this.#draw();
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame((now) => this.#pass(now));
  }

  /** At the end of what was simulated: the same run, and more of it. */
  async #goOn(): Promise<void> {
    this.#scenario = { ...this.#scenario, horizonMs: this.#at + HORIZON_MS };
    await this.#run();
  }

  /** Whoever serves now is killed now. */
  async #kill(): Promise<void> {
    const on = this.#serving?.name;
    if (on === undefined) return;
    cancelAnimationFrame(this.#frame);
    this.#button.disabled = true;
    const atMs = Math.round(this.#at) + 0.5;
    this.#killedAt = atMs;
    const faults = [
      ...this.#scenario.faults,
      { type: "crash", atMs, on, restartAfterMs: BACK_AFTER_MS } as const,
    ];
    this.#scenario = { ...this.#scenario, faults, horizonMs: atMs + HORIZON_MS };
    this.#at = atMs;
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
    if (this.#still && this.#drawnAt !== undefined && passed < STILL_MS)
      return void (this.#frame = requestAnimationFrame((next) => this.#pass(next)));
    this.#drawnAt = now;
    this.#at = Math.min(this.#at + passed * FASTER, picture.run.untilMs);
    this.#draw();
    if (this.#at < picture.run.untilMs) this.#frame = requestAnimationFrame((next) => this.#pass(next));
    else void this.#goOn();
  }

  #now(): SceneNow | undefined {
    const picture = this.#picture;
    if (picture === undefined) return undefined;
    const at = this.#at;
    const moment = nowAt(picture, atInstant(picture, at));
    const key = moment.keys.find(({ key }) => key.endsWith("/session/rootcoord"));
    const vacant = lastFrom(
      picture.counts.filter(({ from, to }) => from <= at && at < to),
      at,
    );
    return {
      at,
      coordinators: moment.coordinators,
      holder: key?.owner,
      vacantMs: vacant?.nodes.length === 0 ? at - vacant.from : undefined,
      messages: within(picture.messages, at - MESSAGE_MS, at).map(({ at: sent, from, leg, what, to }) => ({
        from,
        to,
        leg,
        what,
        part: (at - sent) / MESSAGE_MS,
      })),
    };
  }

  get #still(): boolean {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  #draw(): void {
    const now = this.#now();
    if (now === undefined) return;
    const active = now.coordinators.find(({ standing }) => standing === "active");
    drawScene(this.element, now, this.#still);
    this.#button.disabled = active === undefined;
    const said = active === undefined ? "nobody serves" : `${letterOf(active.name)} serves`;
    if (said === this.#said) return;
    this.#said = said;
    (this.element.querySelector(".scene-said") as HTMLElement).textContent = said;
    if (active === undefined || this.#killedAt === undefined) return;
    const served = this.#picture?.counts.find(
      ({ from, nodes }) => from > (this.#killedAt ?? 0) && nodes.length > 0,
    );
    if (served !== undefined && this.#at >= served.from) this.#hooks.tookOver(served.from - this.#killedAt);
    this.#killedAt = undefined;
  }
}

/** `A` of `rootcoord-a`. */
export function letterOf(name: string): string {
  return name.slice(-1).toUpperCase();
}
