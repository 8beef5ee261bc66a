/** `leasehold ctl`: an action of the control from the command line. */
import { ActionError, type Action, type ActionField } from "../../serve/action.ts";
import { actionNamed, ACTIONS } from "../../serve/actions.ts";
import { parseDuration, DURATION_REMEDY } from "../../scenario-file/duration.ts";
import { quote, shown } from "../../words/shown.ts";
import { wrap } from "../../words/cells.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import type { CtlFlags } from "./flags.ts";

export async function ctl(
  name: string | undefined,
  values: readonly string[],
  { control }: CtlFlags,
  { out, proseWidth }: Terminal,
): Promise<ExitCode> {
  if (name === undefined) {
    out(renderActions(proseWidth));
    return EXIT.holds;
  }
  const action = known(name);
  const body = action.open === true ? await readInput() : JSON.stringify(bodyOf(action, values));
  const { ok, text } = await post(control, action.name, body);
  if (ok) {
    // Both are for a file.
    const asItIs = action.name === "dump" || action.name === "trace";
    out(`${asItIs ? text.trim() : JSON.stringify(JSON.parse(text), undefined, 2)}\n`);
    return EXIT.holds;
  }
  const { error, remedy } = JSON.parse(text) as { error: string; remedy: string };
  throw new UserError({ where: name, what: shown(error), remedy: shown(remedy) });
}

function known(name: string): Action {
  try {
    return actionNamed(name);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    throw new UserError({ what: error.message, remedy: error.remedy });
  }
}

/** Values in their order, and `name=value` in any. */
function bodyOf(action: Action, values: readonly string[]): Record<string, number | string> {
  const { fields, name } = action;
  const body: Record<string, number | string> = {};
  const rest = [...fields];
  for (const text of values) {
    const [, named, value] = /^([a-z]+)=(.*)$/u.exec(text) ?? [];
    const at = named === undefined ? 0 : rest.findIndex((field) => field.name === named);
    const [field] = at < 0 ? [] : rest.splice(at, 1);
    if (field === undefined)
      throw new UserError({
        where: name,
        what:
          named === undefined || !fields.some((one) => one.name === named)
            ? `${quote(text)} is too much`
            : `${named} is given twice`,
        remedy: `write leasehold ctl ${usageOf(action)}`,
      });
    body[field.name] = valueOf(action, field, value ?? text);
  }
  return body;
}

function valueOf(action: Action, { name, type }: ActionField, text: string): number | string {
  if (type === "text") return text;
  const value = type === "duration" ? parseDuration(text) : /^\d+$/u.test(text) ? Number(text) : undefined;
  if (value !== undefined) return value;
  throw new UserError({
    where: `${action.name} <${name}>`,
    what: `${quote(text)} is no ${type === "duration" ? "duration" : "whole number"}`,
    remedy: type === "duration" ? DURATION_REMEDY : "write one such as 3",
  });
}

async function post(control: string, name: string, body: string): Promise<{ ok: boolean; text: string }> {
  try {
    const response = await fetch(`http://${control}/v1/${name}`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    return { ok: response.ok, text: await response.text() };
  } catch {
    throw new UserError({
      where: "--control",
      what: `nothing answers at ${shown(control)}`,
      remedy: "start one with leasehold serve; its second line says where its control is",
      exitCode: EXIT.environment,
    });
  }
}

async function readInput(): Promise<string> {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const part of process.stdin as AsyncIterable<string>) text += part;
  return text;
}

function usageOf({ fields, name }: Action): string {
  return [
    name,
    ...fields.map((field) => (field.otherwise === undefined ? `<${field.name}>` : `[${field.name}]`)),
  ].join(" ");
}

/** What is longer than this stands in a line of its own. */
const USAGE_CELLS = 20;

function renderActions(width: number): string {
  const gap = " ".repeat(USAGE_CELLS + 2);
  return ACTIONS.flatMap((action) => {
    const usage = usageOf(action);
    const text = wrap(action.does, width - gap.length).map((line) => `${gap}${line}`);
    const fits = usage.length <= USAGE_CELLS;
    return fits ? [`${usage}${text.join("\n").slice(usage.length)}`] : [usage, ...text];
  })
    .map((line) => `${line}\n`)
    .join("");
}
