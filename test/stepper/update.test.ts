import { describe, expect, it } from "vitest";
import { currentRun } from "../../src/stepper/model.ts";
import { elapse, press } from "../../src/stepper/update.ts";
import { after, crash, failing, late, opened, pause, place, screen, typed } from "./helpers.ts";

const walk = opened(crash);
const broken = opened(failing);
const { history } = currentRun(walk);

describe("stepping", () => {
  it("forward and back again is where one was, at any event", () => {
    let state = walk;
    for (let n = 0; n < history.events; n++) {
      expect(place(after(state, "right", "left"))).toEqual(place(state));
      state = after(state, "n");
      expect(place(state)).toEqual({ n: n + 1, at: history.instantOf(n + 1) });
      expect(place(after(state, "p", "n"))).toEqual(place(state));
    }
  });

  it("stops at both ends", () => {
    expect(place(after(walk, "left", "U"))).toEqual({ n: 0, at: 0 });
    const end = after(walk, "end");
    expect(place(end)).toEqual({ n: history.events, at: 200_000 });
    expect(place(after(end, "right", "D"))).toEqual(place(end));
    expect(place(after(end, "left"))).toEqual({ n: history.events, at: history.instantOf(history.events) });
    expect(place(after(end, "home"))).toEqual({ n: 0, at: 0 });
  });

  it("goes ten and a hundred at a time", () => {
    expect(place(after(walk, "page down")).n).toBe(10);
    expect(place(after(walk, "D", "u")).n).toBe(90);
    expect(place(after(walk, "D", "d", "U")).n).toBe(10);
  });

  it("from between two events leads back to the earlier and on to the later", () => {
    const state = typed(after(walk, "g"), "75.3s");
    const { n } = place(state);
    expect(place(state).at).toBe(75_300);
    expect(place(after(state, "left"))).toEqual({ n, at: history.instantOf(n) });
    expect(place(after(state, "right")).n).toBe(n + 1);
  });

  it("through one coordinator's events alone stops at those it has part in", () => {
    let state = after(walk, "2", "o");
    for (let count = 0; count < 30; count++) {
      state = after(state, "right");
      const { event } = history.frame(place(state).n);
      const from = event !== undefined && "from" in event.cause ? event.cause.from : undefined;
      expect([event?.node, from]).toContain("rootcoord-b");
    }
    const etcd = after(walk, "o", "o", "right");
    expect(history.frame(place(etcd).n).event?.node).toBe("etcd");
    expect(after(walk, "o", "o", "o").filter).toBe("all");
    expect(after(walk, "o", "escape").filter).toBe("all");
  });
});

describe("landmarks", () => {
  it.each([
    ["a crash", crash],
    ["a pause that outlasts the claim", pause],
  ])(
    "are changes of role: each differs from what was before in how somebody stands, in the run of %s",
    (_, given) => {
      const opening = opened(given);
      const { history: run } = currentRun(opening);
      const standing = ({ at, n }: { at: number; n: number }) =>
        run.moment(n, at).coordinators.map((one) => one.standing);
      let state = opening;
      const seen: { at: number; n: number }[] = [];
      for (;;) {
        const next = after(state, "tab");
        if (next.message !== undefined) break;
        state = next;
        seen.push(place(state));
        expect(standing(place(state))).not.toEqual(standing(place(after(state, "left"))));
      }
      expect(after(state, "tab").message?.text).toBe("no later change of role");
      expect(seen.length).toBeGreaterThan(6);
      for (const one of seen.toReversed().slice(1)) {
        state = after(state, "shift-tab");
        expect(place(state)).toEqual(one);
      }
    },
  );

  it("stop where a claim runs out while its holder stands still and cannot say so", () => {
    const state = typed(after(opened(pause), "g"), "62s");
    const found = after(state, "tab");
    const standing = (one: typeof state) => {
      const { cursor, history: run } = currentRun(one);
      return run.moment(cursor.n, cursor.at).coordinators[0];
    };
    expect(standing(found)).toMatchObject({ standing: "leaving", status: "paused", claimLeftMs: 0 });
    expect(standing(after(found, "left"))).toMatchObject({ standing: "active", status: "paused" });
  });

  it("include the takeover after the crash", () => {
    const state = after(typed(after(walk, "g"), "61s"), "tab", "tab");
    const { n } = place(state);
    expect(
      history
        .frame(n)
        .told?.steps.map(({ text }) => text)
        .join(),
    ).toContain("says active");
  });

  it("lead to the violation, and tell its story", () => {
    const state = after(broken, "home", "v");
    const { n } = place(state);
    expect(n).toBe(currentRun(broken).history.events);
    expect(state.message).toMatchObject({
      tone: "bad",
      text: expect.stringContaining("single-active: rootcoord-"),
    });
    expect(after(walk, "v").message).toMatchObject({
      tone: "good",
      text: expect.stringContaining("nothing is violated until 200.000 s"),
    });
  });

  it("lead to the instant at which a bound passes, between two events", () => {
    const state = opened(late);
    expect(place(state).at).toBeGreaterThan(currentRun(state).history.instantOf(place(state).n));
    expect(place(after(state, "home", "v"))).toEqual(place(state));
    expect(screen(state)[0]).toContain("✗ bounded-takeover is VIOLATED");
    expect(screen(after(state, "left"))[0]).toContain("bounded-takeover breaks at");
  });

  it("say of a promise that compares whole runs that it is not judged here", () => {
    const state = opened({ ...crash, property: "determinism", stop: "horizon" });
    expect(screen(state)[0]).toContain("determinism is judged by runs of its own, not in here");
    expect(after(state, "v").message?.text).toContain("determinism is judged by runs of its own");
  });

  it("a failing trace is opened at its violation, with a coordinator concerned selected", () => {
    expect(place(broken).n).toBe(currentRun(broken).history.events);
    expect(broken.selected).toBe(0);
    expect(place(walk).n).toBe(0);
  });
});

describe("to an instant", () => {
  it.each([
    ["61.2s", 61_200],
    ["61.2", 61_200],
    ["1m1s", 61_000],
    ["500ms", 500],
    ["0s", 0],
    ["1h", 200_000],
  ])("%s is %i ms", (text, at) => {
    const { n, at: found } = place(typed(after(walk, "g"), text));
    expect(found).toBe(at);
    expect(history.instantOf(n)).toBeLessThanOrEqual(at);
    if (n < history.events) expect(history.instantOf(n + 1)).toBeGreaterThan(at);
  });

  it("says what is wrong with what is not an instant, and stays", () => {
    const state = typed(after(walk, "g"), "soon");
    expect(state.message).toMatchObject({
      tone: "bad",
      text: expect.stringContaining('"soon" is not an instant: write a number'),
    });
    expect(place(state)).toEqual(place(walk));
    expect(place(after(walk, "g", "6", "escape"))).toEqual(place(walk));
  });
});

describe("search", () => {
  const found = typed(after(walk, "/"), "Session Registered".replace(" ", "."));

  it("finds the next event whose words hold the text, whatever the case", () => {
    expect(
      history
        .frame(place(found).n)
        .told?.steps.map(({ text }) => text.toLowerCase())
        .join(),
    ).toContain("session.registered");
  });

  it("goes on with n and back with N, and Escape gives n its own meaning again", () => {
    const second = after(found, "n");
    expect(place(second).n).toBeGreaterThan(place(found).n);
    expect(place(after(second, "N"))).toEqual(place(found));
    expect(place(after(second, "escape", "n")).n).toBe(place(second).n + 1);
  });

  it("says when there is nothing more, and stays", () => {
    const state = typed(after(walk, "/"), "no such words");
    expect(state.message?.text).toBe('"no such words" is not after this event');
    expect(place(state)).toEqual(place(walk));
  });
});

describe("playing", () => {
  it("lets virtual time pass, as fast as is wished, and stops at the end", () => {
    const playing = after(walk, " ");
    expect(place(elapse(playing, 50))).toMatchObject({ at: 500 });
    expect(place(elapse(after(playing, "+"), 50))).toMatchObject({ at: 1500 });
    const over = elapse(playing, 1e9);
    expect(over.playing).toBe(false);
    expect(place(over)).toEqual({ n: history.events, at: 200_000 });
    expect(elapse(walk, 50)).toBe(walk);
    expect(after(playing, " ").playing).toBe(false);
  });
});

describe("the other keys", () => {
  it("q and Ctrl-C quit, the latter from anywhere", () => {
    expect(press(walk, "q").effect).toEqual({ type: "quit", interrupted: false });
    for (const open of ["g", "/", "f", "F", "w", "?"]) {
      expect(press(after(walk, open), "ctrl-c").effect).toEqual({ type: "quit", interrupted: true });
    }
    expect(press(after(walk, "/"), "q").effect).toBeUndefined();
  });

  it("any key leaves the help, Escape leaves every menu", () => {
    expect(after(walk, "?", "x").mode.type).toBe("browse");
    for (const open of ["f", "F", "w", "g", "/"])
      expect(after(walk, open, "escape").mode.type).toBe("browse");
  });

  it("digits select a coordinator, and say so when there is none", () => {
    expect(after(walk, "3").selected).toBe(2);
    expect(after(walk, "9")).toMatchObject({ selected: 0, message: { text: "there are 3 coordinators" } });
  });

  it("s selects the next coordinator, around", () => {
    expect(after(walk, "s").selected).toBe(1);
    expect(after(walk, "s", "s", "s").selected).toBe(0);
  });

  it("unknown keys do nothing", () => {
    expect(place(after(walk, "x", "€"))).toEqual(place(walk));
  });
});
