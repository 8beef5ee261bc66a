/** `leasehold ctl`: an action of the control from the command line. */
import { ActionError, actionNamed, ACTIONS, type Action, type ActionField } from "../../serve/actions.ts";
import { parseDuration, DURATION_REMEDY } from "../../scenario-file/duration.ts";
import { quote, shown } from "../../words/shown.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import type { CtlFlags } from "./flags.ts";

export async function ctl(
  name: string | undefined,
  values: readonly string[],
  { control }: CtlFlags,
  { out }: Terminal,
): Promise<ExitCode> {
  if (name === undefined) {
    out(renderActions());
    return EXIT.holds;
  }
  const action = known(name);
  const body = action.name === "load" ? await readInput() : JSON.stringify(bodyOf(action, values));
  const { ok, text } = await post(control, action.name, body);
  if (ok) {
    out(`${action.name === "dump" ? text.trim() : JSON.stringify(JSON.parse(text), undefined, 2)}\n`);
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

function bodyOf(action: Action, values: readonly string[]): Record<string, number | string> {
  if (values.length > action.fields.length)
    throw new UserError({
      where: action.name,
      what: `${quote(values[action.fields.length])} is too much`,
      remedy: `write leasehold ctl ${usageOf(action)}`,
    });
  return Object.fromEntries(
    action.fields
      .slice(0, values.length)
      .map((field, at) => [field.name, valueOf(action, field, values[at] as string)]),
  );
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

function renderActions(): string {
  const usages = ACTIONS.map(usageOf);
  const width = Math.max(...usages.map((one) => one.length));
  return ACTIONS.map(({ does }, at) => `${(usages[at] ?? "").padEnd(width)}  ${does}\n`).join("");
}
