/** The lost reply: unknown is not no. */
import type { Lesson, Setup } from "../lesson.ts";
import { at, counted, spanText } from "../words.ts";
import { A, B, sceneOfTwo, ROLE, SECOND, under } from "./scenes.ts";

const LOST = { type: "lose", atMs: 0, on: A, purpose: "campaign", count: 1 } as const;
const reply = sceneOfTwo("lost reply", { faults: [{ ...LOST, leg: "reply" }] }, "blind-to-own-key");
const request = sceneOfTwo("lost request", { faults: [{ ...LOST, leg: "request" }] });
const SOON = 10 * SECOND;

const both = (variant: string): Setup[] => [under(variant, reply), under(variant, request)];

export const lostReply: Lesson = {
  id: "lost-reply",
  title: "The lost reply",
  point: "No answer means unknown; it may have happened.",
  text: ({ requestTimeout }) => [
    `\`${A}\` campaigns: *if* the key \`${ROLE}\` is absent, create it. etcd does so. On the way back the reply is lost: a cable, a restarted proxy, a member that went down after it had committed.`,
    `\`${A}\` waits ${requestTimeout} and gives up on the answer. Its programmer reasoned: no answer, so no. It asks again later, and if it finds a key then, a rival must have been quicker.`,
  ],
  runs: [
    { caption: "The reply to the winning campaign is lost", setup: reply },
    { caption: "The same loss, and a look at whose key it is", setup: under("shipped", reply) },
  ],
  question: () => "Who serves at the end?",
  choices: [
    {
      text: `\`${A}\`: it won, after all`,
      met: (seen) =>
        `It won at revision ${seen.change(ROLE, "PUT").event.kv.modRevision} and does not know. Nobody serves in the whole run.`,
    },
    {
      text: `\`${B}\`: \`${A}\` has given up`,
      met: (seen) =>
        `\`${B}\` finds a key that is held and renewed, and waits for its end. Nobody serves, for ${spanText(seen.end)}.`,
    },
    {
      text: "Nobody",
      right: true,
      met: (seen) =>
        `Nobody, in ${spanText(seen.end)}. Both are standby, both watch the same key, and \`${A}\` keeps its own "rival" alive with ${counted(seen.requests("renew", { from: 0, to: seen.end }, A).length, "renewal")}.`,
    },
  ],
  shows: [
    (seen) => [
      `etcd created the key at ${at(seen.change(ROLE, "PUT").at)}. \`${A}\` asked again at ${at(seen.milestones(A, "campaigning")[1]?.at ?? Number.NaN)}, found it, and became the standby of itself. Nothing ends this: the process is healthy, its lease is healthy, no alarm rings.`,
    ],
    (_, looked) => [
      `A reply that does not come means neither yes nor no. So ask again, and *look at the answer*: the key that is found stands under one's own lease. \`${A}\` learned at ${at(looked.milestone(A, "won").at)} that it had won long ago, and served at ${at(looked.begins(A).from)}.`,
      "Asking again is safe because the transaction creates the key once, however often it is sent. That is the other half of the trick.",
    ],
  ],
  exercise: {
    type: "choice",
    task: () => [
      "What should a coordinator make of a campaign without an answer? Each choice is run twice: once the reply was lost, and once the request, so that nothing has happened. Somebody must serve soon, never two, and nobody may be thrown out.",
    ],
    hint: "What do all of these know for certain, when no answer came?",
    options: [
      { text: "Take it for won: it was sent, after all", setups: both("unknown-is-won") },
      { text: "Take it for lost, and any key for a rival's", setups: both("blind-to-own-key") },
      { text: "Ask again, and clear the key first if one is there", setups: both("deletes-rival") },
      { text: "Ask again, and see whose key it is", setups: both("shipped") },
    ],
    solution: "d",
    judge: (seen) => {
      const lost = seen.all("message")[0]?.leg === "reply" ? "reply" : "request";
      const [first] = seen.servings;
      const [overlap] = seen.overlaps;
      const when = `When the ${lost} is lost`;
      if (first === undefined || first.from > SOON)
        return { passed: false, says: `${when}, nobody serves within ${spanText(first?.from ?? seen.end)}.` };
      if (overlap !== undefined)
        return {
          passed: false,
          says: `${when}, \`${seen.name(overlap.second.node)}\` serves at ${at(overlap.from)} under token ${overlap.second.token}, while \`${seen.name(overlap.first.node)}\` serves under token ${overlap.first.token}.`,
        };
      const [thrown] = [A, B].flatMap((name) => seen.milestones(name, "lost"));
      if (thrown !== undefined)
        return {
          passed: false,
          says: `${when}, \`${seen.name(thrown.node)}\` is thrown out at ${at(thrown.at)} though nothing was wrong with it: ${thrown.reason ?? "lost"}.`,
        };
      return {
        passed: true,
        says: `${when}, \`${seen.name(first.node)}\` serves from ${at(first.from)} on, alone, to the end of the run.`,
      };
    },
  },
  moral: "Unknown is a third answer. Make the question safe to repeat, and read whose name you find.",
};
