/** What a reader chose for this page and all others from here: dark or light, and whether single letters are commands. */

const KEY = "leasehold-page";

interface Preferences {
  readonly theme?: "dark" | "light";
  /** False: single letters, digits and signs do nothing, as speech input and screen readers want it. */
  readonly letters?: boolean;
}

let known: Preferences | undefined;

function preferences(): Preferences {
  if (known !== undefined) return known;
  let given: unknown;
  try {
    given = JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    // Forbidden or damaged: as if nothing had been chosen.
  }
  const { letters, theme } = (given ?? {}) as Readonly<Record<string, unknown>>;
  known = {
    ...(theme === "dark" || theme === "light" ? { theme } : {}),
    ...(typeof letters === "boolean" ? { letters } : {}),
  };
  return known;
}

function prefer(more: Preferences): void {
  known = { ...preferences(), ...more };
  try {
    localStorage.setItem(KEY, JSON.stringify(known));
  } catch {
    // Holds until the page is left.
  }
}

/** As it was chosen last; without a choice the system's holds. To be called before anything is drawn. */
export function showTheme(): void {
  const { theme } = preferences();
  if (theme !== undefined) document.documentElement.dataset["theme"] = theme;
}

/** From what is seen now to the other. */
export function changeTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  prefer({ theme: (preferences().theme ?? system) === "dark" ? "light" : "dark" });
  showTheme();
}

/** Whether a key that is one character means something here. */
export function lettersObeyed(): boolean {
  return preferences().letters !== false;
}

export function obeyLetters(obeyed: boolean): void {
  prefer({ letters: obeyed });
}
