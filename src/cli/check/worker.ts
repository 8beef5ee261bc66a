/** One batch of a check in a worker thread. */
import { runTask } from "./batch-task.ts";

// tinypool calls the default export of a worker's file.
// oxlint-disable-next-line import/no-default-export
export default runTask;
