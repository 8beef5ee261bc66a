/**
 * Texts that others wrote (files, flags, the environment, etcd, clients) as people are shown them: nothing in them reaches the
 * terminal that it would obey, nothing is hidden, and what is long is cut. The escapes are JSON's, so that they may also be put
 * into a JSON text without changing what it says.
 */

/** Controls of ASCII and of Latin-1, what turns the writing direction, line separators, what has no width, and halves of a character. */
const NOT_SHOWN =
  // oxlint-disable-next-line no-control-regex -- the very characters that must not get through
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A longer quotation is cut, in characters. */
const LONGEST_QUOTATION = 120;

/** The text with an escape for each character that does not show itself: `\u001b`, `\n`. */
export function shown(text: string): string {
  return text.replace(
    NOT_SHOWN,
    (character) => SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The same for a text of several lines, which stay lines. */
export function shownLines(text: string): string {
  return text.split("\n").map(shown).join("\n");
}

/** What may be in a text for the terminal beside what shows itself: colours, and a line drawn over at the very beginning. */
const OURS = String.raw`^\r\u001b\[2K|\u001b\[(?!8m)[\d;]*m`;
const MEANT = new RegExp(`(?<ours>${OURS})|[\\n\\t]|${NOT_SHOWN.source}`, "gu");

/**
 * A whole text as the terminal gets it: the last place at which anything that it would obey is escaped, whoever forgot to. Lines and
 * tabs stay, and colours where there are `painted` ones.
 */
export function forTerminal(text: string, painted: boolean): string {
  return text.replace(MEANT, (found: string, ours: string | undefined) => {
    if (found === "\n" || found === "\t") return found;
    return ours !== undefined && (painted || found.startsWith("\r")) ? found : shown(found);
  });
}

/** Cut to `most` characters, with how many are missing. */
export function shortened(text: string, most = LONGEST_QUOTATION): string {
  const [kept, more] = cutAt(text, most);
  return kept + more;
}

/** A value that somebody wrote, as JSON, for a message: `"60s"`. */
export function quote(value: unknown, most = LONGEST_QUOTATION): string {
  if (typeof value !== "string") return shortened(shown(JSON.stringify(value) ?? "nothing"), most);
  const [kept, more] = cutAt(value, most);
  return shown(JSON.stringify(kept)) + more;
}

function cutAt(text: string, most: number): readonly [kept: string, more: string] {
  const characters = text.length <= most ? [] : Array.from(text);
  if (characters.length <= most) return [text, ""];
  return [characters.slice(0, most).join(""), `… (${characters.length - most} more)`];
}

/** Host, port and path: in no other text that is taken for an address can a password be told from what is none. */
const PLAIN_ADDRESS =
  /^(?:\[[\da-f:.%]*\]|(?:[\da-f]*:){2,}[\da-f.]*|[\p{L}\p{N}_.-]*)(?::\d{0,5})?(?:\/[\p{L}\p{N}_./-]*)?$/iu;

/**
 * An address without what may be a secret in it: a user and a password before the host, a query behind it, and all of it where it
 * is none, as half of a password with a comma is.
 */
function withoutSecret(address: string): string {
  const [, scheme = "", rest = ""] = /^([a-z][a-z\d+.-]*:\/\/)?(.*)$/isu.exec(address) ?? [];
  const [, user = "", host = "", query = ""] = /^(.*(?:@|%40))?([^?#]*)(.*)$/isu.exec(rest) ?? [];
  return (
    scheme +
    (user === "" ? "" : "***@") +
    (PLAIN_ADDRESS.test(host) ? host : "***") +
    (query === "" ? "" : "?***")
  );
}

/** The same of addresses with commas between them: one may be in a password, so all up to its end is hidden. */
export function withoutSecrets(addresses: string): string {
  const parts = addresses.split(",");
  const end = parts.findLastIndex((one) => /@|%40/u.test(one));
  const begin = parts.findIndex((one) => withoutSecret(one) !== one);
  return parts.map((one, at) => (at >= begin && at < end ? "***" : withoutSecret(one))).join(",");
}
