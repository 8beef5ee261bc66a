/** What an action is told, checked: whoever tells it, over HTTP or on the command line. */
import { cut } from "../words/cells.ts";
import { ActionError, type Action, type ActionField } from "./action.ts";

/** A hundred years, and a billion messages. */
const MOST = { duration: 3_155_760_000_000, count: 1_000_000_000 } as const;

/** Every field that the action knows, of its type; a dump is checked where it is loaded. */
export function checkedInput(
  action: Action,
  body: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (action.open === true) return body;
  const known = action.fields.map(({ name }) => name);
  const strange = Object.keys(body).find((name) => !known.includes(name));
  if (strange !== undefined)
    throw new ActionError(
      `${action.name} knows no "${strange}"`,
      known.length === 0 ? "it takes nothing" : `it takes ${known.join(", ")}`,
    );
  return Object.fromEntries(
    action.fields.map((field) => [field.name, valueOf(action, field, body[field.name])]),
  );
}

function valueOf(
  { name: action }: Action,
  { choices, name, otherwise, type }: ActionField,
  given: unknown,
): number | string {
  const value = given ?? otherwise;
  const expects = choices === undefined ? EXPECTS[type] : `one of ${choices.join(", ")}`;
  if (value === undefined) throw new ActionError(`${action} needs "${name}"`, `give ${expects}`);
  if (type === "text" && typeof value === "string" && value !== "" && choices?.includes(value) !== false)
    return value;
  if (
    type !== "text" &&
    typeof value === "number" &&
    value >= 0 &&
    value <= MOST[type] &&
    (type === "duration" || Number.isInteger(value))
  )
    return value;
  throw new ActionError(`"${name}" is ${cut(JSON.stringify(value), 60)}`, `give ${expects}`);
}

const EXPECTS = {
  duration: "milliseconds, from 0 to a hundred years of them, such as 1000",
  count: "a whole number from 0 to a billion",
  text: "a text",
} as const;
