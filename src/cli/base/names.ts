/** Names that a user gives: one that is not known is refused with those that are near it. */
import { variantNamed, variants } from "../../../models/variants.ts";
import { shipped, type Variant } from "../../../models/variant.ts";
import { keptBugs } from "../../../properties/bugs/known-bugs.ts";
import { nearest } from "../../scenario-file/nearest.ts";
import { UserError } from "./user-error.ts";

/** The given name if it is one of `names`. `listing`: the command that lists them; without it they are few, and named. */
export function knownName(given: string, names: readonly string[], what: string, listing?: string): string {
  if (names.includes(given)) return given;
  const several = given.split(",");
  if (several.length > 1 && several.every((one) => names.includes(one)))
    throw new UserError({
      what: `unknown ${what} ${given}`,
      remedy: `write ${several.join(" ")}, with spaces between`,
    });
  const near = nearest(given, names);
  const all = listing === undefined ? `there is: ${names.join(", ")}` : `${listing} lists them all`;
  throw new UserError({
    what: `unknown ${what} ${given}`,
    remedy: near.length > 0 ? `did you mean ${near.join(" or ")}? ${all}` : all,
  });
}

/** The variant of that name; undefined: the shipped election. */
export function variantOrShipped(name: string | undefined): Variant {
  if (name === undefined) return shipped;
  const bug = keptBugs.find(({ id }) => id.toLowerCase() === name.toLowerCase());
  if (bug !== undefined)
    throw new UserError({
      what: `${bug.id} is a bug, and no variant`,
      remedy: `${bug.variant} has it: write --variant ${bug.variant}, or see it with leasehold bugs ${bug.id}`,
    });
  const names = variants.map((variant) => variant.name);
  return variantNamed(knownName(name, names, "variant", "leasehold check --list-variants")) ?? shipped;
}
