/**
 * The election chart as a Mermaid state diagram, drawn from the machine itself, so that the picture in the documentation
 * cannot lie. `test/models/diagram.test.ts` compares the two.
 */
import type { AnyStateMachine, AnyStateNode } from "xstate";

/** Mermaid text of `machine`: nested states, parallel regions side by side, events and delays as labels. */
export function mermaidOf(machine: AnyStateMachine): string {
  const lines = ["stateDiagram-v2"];
  drawInside(machine.root, lines, "  ");
  for (const node of everyState(machine.root)) drawTransitions(node, lines);
  return `${lines.join("\n")}\n`;
}

function drawInside(node: AnyStateNode, lines: string[], indent: string): void {
  const children = Object.values(node.states);
  const [first] = node.initial?.target ?? [];
  if (first !== undefined) lines.push(`${indent}[*] --> ${nameOf(first)}`);
  children.forEach((child, at) => {
    if (node.type === "parallel" && at > 0) lines.push(`${indent}--`);
    drawState(child, lines, indent);
  });
}

function drawState(node: AnyStateNode, lines: string[], indent: string): void {
  const children = Object.values(node.states);
  lines.push(`${indent}state "${node.key}" as ${nameOf(node)}${children.length > 0 ? " {" : ""}`);
  if (children.length > 0) {
    drawInside(node, lines, `${indent}  `);
    lines.push(`${indent}}`);
  }
  if (node.type === "final") lines.push(`${indent}${nameOf(node)} --> [*]`);
}

function drawTransitions(node: AnyStateNode, lines: string[]): void {
  const arrows = new Map<string, string[]>();
  for (const [type, transitions] of node.transitions) {
    for (const { guard, target } of transitions) {
      const label = labelOf(type, typeof guard === "string" ? guard : undefined);
      for (const to of target ?? []) {
        const arrow = `  ${nameOf(node)} --> ${nameOf(to)}`;
        arrows.set(arrow, [...(arrows.get(arrow) ?? []), label]);
      }
    }
  }
  for (const { guard, target } of node.always ?? []) {
    for (const to of target ?? []) {
      const arrow = `  ${nameOf(node)} --> ${nameOf(to)}`;
      arrows.set(arrow, [
        ...(arrows.get(arrow) ?? []),
        labelOf("at once", typeof guard === "string" ? guard : undefined),
      ]);
    }
  }
  for (const [arrow, labels] of arrows) lines.push(`${arrow} : ${labels.join(", ")}`);
}

/** `xstate.after.backOff.<node>` reads `after backOff`. */
function labelOf(type: string, guard: string | undefined): string {
  const what = type.startsWith("xstate.after.") ? `after ${type.split(".")[2] ?? ""}` : type;
  return guard === undefined ? what : `${what} [${guard}]`;
}

function nameOf(node: AnyStateNode): string {
  return node.path.join("_");
}

function everyState(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(everyState)].filter(({ path }) => path.length > 0);
}
