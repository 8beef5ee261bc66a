/**
 * A world as JSON text and back: to keep it, send it, or go on with it elsewhere. Chart states are written by meaning,
 * never by their number, which belongs to one process.
 */
import type { Laboratory } from "./laboratory.ts";
import type { World } from "./world.ts";

const NEVER = "never";

export function encodeWorld(world: World, { kits }: Laboratory): string {
  const states = world.nodes.map(({ coordinator }, node) => kits[node]?.stepper.encode(coordinator.state));
  return JSON.stringify({ states, world }, (_, value: unknown) =>
    value === Number.POSITIVE_INFINITY ? NEVER : value,
  );
}

export function decodeWorld(text: string, { kits }: Laboratory): World {
  const { states, world } = JSON.parse(text, (_, value: unknown) =>
    value === NEVER ? Number.POSITIVE_INFINITY : value,
  ) as { states: string[]; world: World };
  world.nodes.forEach(({ coordinator }, node) => {
    const kit = kits[node];
    const state = states[node];
    if (kit === undefined || state === undefined)
      throw new RangeError("the world has more coordinators than the scenario");
    coordinator.state = kit.stepper.decode(state);
  });
  return world;
}
