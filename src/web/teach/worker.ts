/** The worker's side: does one job after another. It is the page's own script, begun anew where there is no document. */
import { doJob, type Job, type JobName, type Jobs } from "./jobs.ts";
import type { TraceLine } from "../../trace/format.ts";

/** To the worker. */
export interface Order {
  readonly id: number;
  readonly job: Job;
}

/** From the worker. */
export type News =
  | {
      readonly type: "progress";
      readonly id: number;
      readonly part: number;
      readonly lines?: readonly TraceLine[];
    }
  | { readonly type: "made"; readonly id: number; readonly made: Jobs[JobName]["made"] }
  | { readonly type: "failed"; readonly id: number; readonly why: string };

/** `tell`: called while the job is done, and once when it is. */
export function perform({ id, job }: Order, tell: (news: News) => void): void {
  try {
    const made = doJob(job, (part, lines) =>
      tell({ type: "progress", id, part, ...(lines === undefined ? {} : { lines }) }),
    );
    tell({ type: "made", id, made });
  } catch (error) {
    tell({ type: "failed", id, why: error instanceof Error ? error.message : String(error) });
  }
}

/** What a worker's global object has of what is needed. */
export interface WorkerPort {
  addEventListener: (type: "message", hear: (event: { readonly data: unknown }) => void) => void;
  postMessage: (news: News) => void;
}

export function serveJobs(port: WorkerPort): void {
  port.addEventListener("message", ({ data }) => perform(data as Order, (news) => port.postMessage(news)));
}
