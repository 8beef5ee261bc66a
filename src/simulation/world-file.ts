/**
 * A world as JSON text and back: to keep it, send it, or go on with it elsewhere. Chart states are written by meaning,
 * never by their number, which belongs to one process.
 */
import type { SimulationSetup } from "./setup.ts";
import type { World } from "./world.ts";

const NEVER = "never";

export function encodeWorld(world: World, { configs }: SimulationSetup): string {
  const states = world.nodes.map(({ coordinator }, node) => configs[node]?.chart.encode(coordinator.state));
  return JSON.stringify({ states, world }, (_, value: unknown) =>
    value === Number.POSITIVE_INFINITY ? NEVER : value,
  );
}

export function decodeWorld(text: string, { configs }: SimulationSetup): World {
  const { states, world } = JSON.parse(text, (_, value: unknown) =>
    value === NEVER ? Number.POSITIVE_INFINITY : value,
  ) as { states: string[]; world: World };
  world.nodes.forEach(({ coordinator }, node) => {
    const config = configs[node];
    const state = states[node];
    if (config === undefined || state === undefined)
      throw new RangeError("the world has more coordinators than the scenario");
    coordinator.state = config.chart.decode(state);
  });
  return world;
}
