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

/** What one learns at a stretch. */
export interface LessonGroup {
  readonly title: string;
  /** What it is about, in a few words. */
  readonly about: string;
  readonly lessons: readonly Lesson[];
}

/** In the order in which they build on each other, and so are the lessons of each. */
export const lessonGroups: readonly LessonGroup[] = [
  { title: "Claim", about: "one who serves, and only one", lessons: [alone, two, deadKing] },
  {
    title: "Lease",
    about: "a claim that ends by itself",
    lessons: [lease, watch, missedDelete, lostReply, compaction],
  },
  { title: "Clock", about: "who counts the time, and how fast", lessons: [pause, clocks, etcdMoves, ttl] },
  { title: "Fence", about: "what comes too late is kept out", lessons: [fencing, milvus] },
];

export const lessons: readonly Lesson[] = lessonGroups.flatMap((group) => group.lessons);

/** What a drawing shows, and the lesson from which on it does. */
const TAUGHT = { lease: deadKing, margin: pause, token: fencing } as const;

/** What a drawing does not show yet in this lesson. */
export function untaughtIn(lesson: Lesson): (keyof typeof TAUGHT)[] {
  const place = lessons.indexOf(lesson);
  return (Object.keys(TAUGHT) as (keyof typeof TAUGHT)[]).filter(
    (thing) => lessons.indexOf(TAUGHT[thing]) > place,
  );
}

/** A lesson by its name; undefined: there is none. */
export function lessonNamed(id: string): Lesson | undefined {
  return lessons.find((lesson) => lesson.id === id);
}
