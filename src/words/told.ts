/**
 * What is told to people: text that is made last and read by nobody but them. Its type takes away what a program would take
 * a text apart with, so that whoever needs what it says must ask for the data it was made from.
 */
import { shown } from "./shown.ts";

/** Methods that read a text. `replace` stays: escaping is no reading. */
type Reads =
  | "startsWith"
  | "endsWith"
  | "includes"
  | "indexOf"
  | "lastIndexOf"
  | "match"
  | "matchAll"
  | "search"
  | "split";

/** A finished text. It can be shown, joined, wrapped and measured like any other; parsing it does not compile. */
export type Told = string & { readonly [Method in Reads]: never };

/** Hands a text over to people; names, values and messages of others in it are escaped. */
export function told(text: string): Told {
  return shown(text) as Told;
}
