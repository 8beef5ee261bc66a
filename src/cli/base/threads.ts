/** Worker threads that run the tasks of one file. */
import { fileURLToPath } from "node:url";

export interface Threads<Task, Found> {
  run(task: Task): Promise<Found>;
  close(): Promise<void>;
}

/** `worker`: its file, whose default export runs a task. `memoryBytes`: what each of them may take; default: Node's own limit. */
export async function openThreads<Task, Found>(
  count: number,
  worker: URL,
  { memoryBytes }: { readonly memoryBytes?: number } = {},
): Promise<Threads<Task, Found>> {
  const { Tinypool } = await import("tinypool");
  const pool = new Tinypool({
    filename: fileURLToPath(worker),
    runtime: "worker_threads",
    minThreads: count,
    maxThreads: count,
    // Whoever waits for its next task in `Atomics.wait` may miss that it is to end, and the process goes on for ever.
    useAtomics: false,
    ...(memoryBytes === undefined
      ? {}
      : { resourceLimits: { maxOldGenerationSizeMb: Math.ceil(memoryBytes / 2 ** 20) } }),
  });
  return { run: (task) => pool.run(task) as Promise<Found>, close: () => pool.destroy() };
}
