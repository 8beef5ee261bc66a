/**
 * A world as JSON text and back: to keep it, send it, compare it, or go on with it elsewhere. Processes write their state by
 * meaning, never by numbers that belong to one process of the operating system.
 */
import { processAt, type SimulationSetup } from "./setup.ts";
import type { World } from "./world.ts";

const NEVER = "never";

/** Throws where a process' state is opaque. */
export function encodeWorld(world: World, setup: SimulationSetup): string {
  const states = world.nodes.map(({ state }, at) => {
    if (state === undefined) return null;
    const { kind, setup: own } = processAt(setup, at);
    if (kind.state !== "plain")
      throw new TypeError(`the state of ${own.name} is opaque: it cannot be written`);
    return kind.write(state);
  });
  const bare = { ...world, nodes: world.nodes.map((node) => ({ ...node, state: undefined })) };
  return JSON.stringify({ states, world: bare }, (_, value: unknown) =>
    value === Number.POSITIVE_INFINITY ? NEVER : value,
  );
}

/** The world that {@link encodeWorld} wrote; it can be run on. Throws where the setup is another. */
export function decodeWorld(text: string, setup: SimulationSetup): World {
  const { states, world } = JSON.parse(text, (_, value: unknown) =>
    value === NEVER ? Number.POSITIVE_INFINITY : value,
  ) as { states: unknown[]; world: World };
  world.nodes.forEach((node, at) => {
    const written = states[at];
    node.state = written === null ? undefined : processAt(setup, at).kind.read(written);
  });
  return world;
}
