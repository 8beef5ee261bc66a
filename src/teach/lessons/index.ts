/** The lessons in the order in which they build on each other. */
import type { Lesson } from "../lesson.ts";
import { alone } from "./alone.ts";
import { clocks } from "./clocks.ts";
import { compaction } from "./compaction.ts";
import { deadKing } from "./dead-king.ts";
import { etcdMoves } from "./etcd-moves.ts";
import { fencing } from "./fencing.ts";
import { lease } from "./lease.ts";
import { lostReply } from "./lost-reply.ts";
import { milvus } from "./milvus.ts";
import { missedDelete } from "./missed-delete.ts";
import { pause } from "./pause.ts";
import { ttl } from "./ttl.ts";
import { two } from "./two.ts";
import { watch } from "./watch.ts";

export const lessons: readonly Lesson[] = [
  alone,
  two,
  deadKing,
  lease,
  watch,
  missedDelete,
  lostReply,
  pause,
  fencing,
  clocks,
  etcdMoves,
  compaction,
  ttl,
  milvus,
];

/** A lesson by its name; undefined: there is none. */
export function lessonNamed(id: string): Lesson | undefined {
  return lessons.find((lesson) => lesson.id === id);
}
