/**
 * The teaching pages: follows the address to the list, a lesson or the playground, keeps the address true to what is seen,
 * and hands keys and dropped files on. Nothing here asks anything of a network.
 */
import { lessonNamed } from "../../teach/lessons/index.ts";
import { notePassed, notePrediction } from "../../teach/progress.ts";
import { pageCommandOf } from "../keys.ts";
import { AfterRest } from "../after-rest.ts";
import { toggleHelp } from "../help-dialog.ts";
import { changeTheme, lettersObeyed, showTheme } from "../preferences.ts";
import { readAddress, writeAddress, type Address, type Sight, type StartingSight } from "./address.ts";
import { longLink, shortLink } from "./short-link.ts";
import { sentence } from "../../teach/words.ts";
import { Busy } from "./busy.ts";
import { Home } from "./home.ts";
import { LessonPage } from "./lesson-page.ts";
import { freshSight } from "./fresh-sight.ts";
import { gameOf } from "./game.ts";
import { differsFrom, droppedSight, Playground } from "./playground.ts";
import { ProgressStore } from "./progress-store.ts";
import { WorkerSimulator } from "./worker-simulator.ts";
import { serveJobs } from "./worker.ts";
import type { TraceLine } from "../../trace/format.ts";

/** What stands on the page and wants keys. */
interface Content {
  readonly element: HTMLElement;
  readonly press: (event: KeyboardEvent) => boolean;
  readonly dispose: () => void;
  /** What was done of the lessons has changed, in another tab. */
  readonly progressed?: () => void;
}

class App {
  readonly #store = new ProgressStore(() => this.#content?.progressed?.());
  readonly #simulator = new WorkerSimulator();
  readonly #busy = new Busy();
  readonly #main = place("app");
  #content: Content | undefined;
  #address: Address = { type: "home" };
  /** The address as this page last knew it; another one means that its news are still on their way here. */
  #known = location.hash;
  readonly #writing = new AfterRest(() => void this.#writeAddress());

  constructor() {
    place("notice").after(this.#busy.element);
    addEventListener("hashchange", () => void this.#route());
    document.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("click", ({ target }) => {
      const pressed = target instanceof Element ? target.closest<HTMLElement>("[data-app]") : null;
      if (pressed?.dataset["app"] === "theme") changeTheme();
      if (pressed?.dataset["app"] === "help") toggleHelp(place("help"));
    });
    place("share").addEventListener("click", () => void this.#share());
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      const [file] = event.dataTransfer?.files ?? [];
      if (file !== undefined) void this.#open(file);
    });
    void this.#route();
  }

  async #route(): Promise<void> {
    const hash = location.hash;
    this.#known = hash;
    this.#writing.forget();
    const address = readAddress(await longLink(hash));
    if (location.hash !== hash) return;
    if (typeof address === "string") {
      notice(`This link cannot be followed: ${address}.`);
      return this.#follow({ type: "home" });
    }
    notice("");
    this.#follow(address);
  }

  #follow(address: Address): void {
    this.#address = address;
    switch (address.type) {
      case "home":
        titled("Leases, by playing with the production code");
        return this.#put(this.#home());
      case "lesson": {
        const lesson = lessonNamed(address.id);
        if (lesson === undefined) {
          notice(`There is no lesson ${address.id}.`);
          return this.#follow({ type: "home" });
        }
        titled(lesson.title);
        const page = new LessonPage(lesson, address.sight, {
          simulator: this.#simulator,
          done: () => this.#store.progress.get(lesson.id),
          changed: (sight) => this.#note({ ...address, sight }),
          predicted: (right) => this.#store.note((all) => notePrediction(all, lesson.id, right)),
          passed: (attempts) => this.#store.note((all) => notePassed(all, lesson.id, attempts)),
        });
        return this.#put({
          element: page.element,
          press: (event) =>
            obey(event, (command) => page.do(command)) || (plain(event) && page.press(event.key)),
          dispose: () => page.dispose(),
          progressed: () => page.draw(),
        });
      }
      case "playground":
        return this.#putPlayground(
          address.sight ?? (address.game === true ? gameOf(Date.now()) : freshSight()),
          undefined,
          address.game,
        );
    }
  }

  /** `given`: the lines of a trace that was dropped. */
  #putPlayground(sight: StartingSight, given?: readonly TraceLine[], game?: true): void {
    const what = { type: "playground", ...(game === undefined ? {} : { game }) } as const;
    const hooks = {
      game: game === true,
      simulator: this.#simulator,
      changed: (seen: Sight) => this.#note({ ...what, sight: seen }),
      titled,
    };
    const playground = new Playground(sight, hooks, given);
    this.#put({
      element: playground.element,
      press: (event) =>
        obey(event, (command) => playground.sandbox.do(command)) ||
        (plain(event) && playground.sandbox.press(event.key)),
      dispose: () => playground.dispose(),
    });
    this.#address = { ...what, sight: playground.sandbox.sight };
  }

  #put(content: Content): void {
    this.#content?.dispose();
    this.#content = content;
    this.#main.replaceChildren(content.element);
    scrollTo(0, 0);
  }

  #home(): Content {
    const home = new Home({
      simulator: this.#simulator,
      progress: () => this.#store.progress,
      forget: () => this.#store.forget(),
      open: (file) => void this.#open(file),
    });
    return {
      element: home.element,
      press: () => false,
      dispose: () => home.dispose(),
      progressed: () => home.draw(),
    };
  }

  /** The address follows what is seen, once it rests. */
  #note(address: Address): void {
    this.#address = address;
    this.#writing.note();
  }

  /** Where somebody goes to another address meanwhile, that one stays. */
  async #writeAddress(): Promise<void> {
    const address = this.#address;
    const hash = await shortLink(writeAddress(address));
    if (location.hash !== this.#known || address !== this.#address) return;
    history.replaceState(null, "", hash);
    this.#known = location.hash;
  }

  async #share(): Promise<void> {
    notice("");
    this.#writing.forget();
    await this.#writeAddress();
    try {
      await navigator.clipboard.writeText(location.href);
      notice("Copied: whoever opens the link sees exactly this.");
    } catch {
      notice("The link to exactly this stands in the address line: copy it from there.");
    }
  }

  async #open(file: File): Promise<void> {
    const read = await this.#busy.during(`Reading ${file.name}`, async (watching) =>
      this.#simulator.open(await file.text(), watching),
    );
    if (read === undefined) return;
    const { lines, opened } = read;
    if (opened.type === "trouble")
      return notice(`${file.name} cannot be opened: ${opened.what}. ${sentence(opened.remedy)}.`);
    this.#writing.forget();
    const sight = droppedSight(opened.header);
    try {
      this.#putPlayground(sight, lines);
    } catch (error) {
      return notice(
        `${file.name} cannot be drawn: ${error instanceof Error ? error.message : String(error)}.`,
      );
    }
    notice(`${file.name}, as it was recorded.`);
    const differs = await differsFrom(lines, sight, this.#simulator);
    if (differs !== undefined)
      notice(
        `${file.name}, as it was recorded. This version runs it otherwise from event ${differs} on, and so do forks and links.`,
      );
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
    const dialog = place<HTMLDialogElement>("help");
    const command = pageCommandOf(event, lettersObeyed());
    if (command === "help") {
      event.preventDefault();
      return toggleHelp(dialog);
    }
    if (dialog.open) return;
    if (command === "theme") return changeTheme();
    if (this.#content?.press(event) === true) event.preventDefault();
  }
}

function obey(
  event: KeyboardEvent,
  act: (command: NonNullable<ReturnType<typeof pageCommandOf>>) => boolean,
): boolean {
  const command = pageCommandOf(event, lettersObeyed());
  if (command === undefined) return false;
  // A letter that also steps (h, l) yields to nothing here; what has no meaning is passed on.
  return act(command);
}

function plain({ key }: KeyboardEvent): boolean {
  return (key.length === 1 && lettersObeyed()) || key === "Enter";
}

/** Whether the key belongs to the element that has the focus. */
function typing({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLInputElement)
    return target.type === "radio" || target.type === "checkbox"
      ? key === " " || key.startsWith("Arrow")
      : true;
  return (key === " " || key === "Enter") && target.closest("button, summary, a") !== null;
}

function notice(text: string): void {
  const box = place("notice");
  box.textContent = text;
  box.hidden = text === "";
}

function titled(title: string): void {
  document.title = `${title} · leasehold`;
}

function place<Kind extends Element = HTMLElement>(id: string): Kind {
  const found = document.querySelector<Kind>(`#${id}`);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

if (typeof document === "undefined") serveJobs(globalThis);
else {
  showTheme();
  new App();
}
