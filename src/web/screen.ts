/** What the reader's screen is like, and how they want to be shown things. */

/** So small that what would stand beside each other is drawn narrower. To ask how wide the window is would lay the page out. */
export function isSmallScreen(): boolean {
  return matchMedia("(max-width: 599px)").matches;
}

/** They want nothing to move. */
export function wantsStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
