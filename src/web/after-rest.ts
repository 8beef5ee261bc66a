/** Does something once no more is asked of it for a while: a browser takes only so many changes of its address. */

const REST_MS = 250;

export class AfterRest {
  readonly #act: () => void;
  #due: number | undefined;

  constructor(act: () => void) {
    this.#act = act;
  }

  note(): void {
    this.forget();
    this.#due = window.setTimeout(this.#act, REST_MS);
  }

  now(): void {
    this.forget();
    this.#act();
  }

  forget(): void {
    window.clearTimeout(this.#due);
  }
}
