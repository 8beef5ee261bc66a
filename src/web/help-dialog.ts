/** The help opens above everything else, and holds the switch for keys of one letter. */
import { lettersObeyed, obeyLetters } from "./preferences.ts";

/** To be drawn into the help. */
export const LETTERS_SWITCH =
  '<label class="letters"><input type="checkbox" data-letters> keys of one letter, digit or sign are commands</label>';

export function toggleHelp(dialog: HTMLDialogElement): void {
  const box = dialog.querySelector<HTMLInputElement>("[data-letters]");
  if (box !== null) {
    box.checked = lettersObeyed();
    box.onchange = () => obeyLetters(box.checked);
  }
  if (dialog.open) dialog.close();
  else dialog.showModal();
}
