import { describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { currentRun, type State } from "../../src/stepper/model.ts";
import { textOf } from "../../src/stepper/spans.ts";
import { cellsOf } from "../../src/words/cells.ts";
import { LEAST, view } from "../../src/stepper/view.ts";
import { after, clocks, crash, failing, opened, place, screen, times, typed } from "./helpers.ts";

const walk = opened(crash);
const at = (state: State, instant: string) => typed(after(state, "g"), instant);
const line = (lines: readonly string[], text: string | RegExp) =>
  lines.find((one) => one.search(text) >= 0) ?? "";

const SIZES = [
  [64, 18],
  [80, 24],
  [109, 30],
  [110, 30],
  [120, 40],
  [200, 60],
] as const;

describe("the screen", () => {
  it.each(SIZES)("of %i by %i is filled exactly, whatever is open", (width, height) => {
    const states = [
      walk,
      at(walk, "75.3s"),
      after(walk, "end"),
      opened(failing),
      after(opened(failing), "v"),
      ...["?", "F", "w", "f", "/", "g"].map((key) => after(at(walk, "75.3s"), key)),
      ...["i", "i", "i", "i"].map((_, count) => after(at(walk, "30s"), ...times("i", count + 1))),
      after(opened(clocks), "D", "3"),
    ];
    for (const state of states) {
      const lines = view(state, { width, height });
      expect(lines).toHaveLength(height);
      expect(lines.map((one) => cellsOf(textOf(one)))).toEqual(lines.map(() => width));
    }
  });

  it("says so when the terminal is too small for it", () => {
    const lines = screen(walk, LEAST.width - 1, 10);
    expect(lines).toHaveLength(10);
    expect(lines.join(" ")).toContain(`needs ${LEAST.width} columns and ${LEAST.height} lines`);
    expect(screen(walk, 5, 2)).toHaveLength(2);
  });

  it("heads with file, variant, verdict and place", () => {
    const [head, position] = screen(at(opened(failing, "/somewhere/failure.jsonl"), "61s"));
    expect(head).toMatch(/^failure\.jsonl · claim-never-ends · single-active breaks at \d+\.\d{3} s/u);
    expect(position).toMatch(/^event \d+ of \d+ · 61\.000 s of \d+\.\d{3} s/u);
    expect(screen(after(opened(failing), "v"))[0]).toContain("✗ single-active is VIOLATED");
  });
});

describe("the coordinators", () => {
  const { history } = currentRun(walk);
  const moment = history.moment(history.eventAt(75_300), 75_300);
  const lines = screen(at(walk, "75.3s"));

  it("that serves is told by shape and word, and is the only one", () => {
    const active = screen(at(walk, "30s")).filter((one) => /█ rootcoord-\w +ACTIVE/u.test(one));
    expect(active).toHaveLength(1);
    expect(active[0]).toContain("rootcoord-a");
    expect(lines.filter((one) => one.includes("ACTIVE"))).toEqual([]);
    expect(line(lines, /1 · rootcoord-a +down/u)).not.toBe("");
  });

  it("show the lease that is left at etcd, the dead one's too", () => {
    for (const { leaseLeftMs, name } of moment.coordinators) {
      expect(leaseLeftMs).toBeGreaterThan(0);
      expect(line(lines, new RegExp(`\\d . ${name} `, "u"))).toContain(
        ` ${((leaseLeftMs ?? 0) / 1000).toFixed(1)} s`,
      );
    }
  });

  it("show how long they may serve, which is shorter than the lease", () => {
    const { claimLeftMs = 0, leaseLeftMs = 0 } =
      history.moment(history.eventAt(30_000), 30_000).coordinators[0] ?? {};
    expect(claimLeftMs).toBeLessThan(leaseLeftMs);
    expect(line(screen(at(walk, "30s")), "ACTIVE")).toContain(`serves ${(claimLeftMs / 1000).toFixed(1)} s`);
  });

  it("show their own clocks beside true time", () => {
    const shown = screen(at(opened(clocks), "10s"));
    expect(line(shown, "▸1 . rootcoord-a")).toContain("own 10.000 s (true)");
    expect(line(shown, " 2 . rootcoord-b")).toContain("own 10.350 s (+0.350 s)");
    expect(line(screen(at(opened(clocks), "10s"), 80, 24), " 2 . rootcoord-b")).toContain("clock +0.350 s");
  });

  it("that stands still is active as long as its claim runs, and no longer", () => {
    const state = opened(clocks);
    expect(line(screen(at(state, "31s")), "▸1 . rootcoord-a")).toMatch(/█ rootcoord-a +ACTIVE still/u);
    expect(line(screen(at(state, "69.9s")), "▸1 . rootcoord-a")).toMatch(/ACTIVE still|stands still/u);
  });
});

describe("many coordinators", () => {
  const many = opened({
    scenario: scenario({
      coordinators: coordinators("rootcoord", 12),
      horizonMs: 100_000,
      faults: [{ type: "crash", atMs: 20_000, on: "rootcoord-a" }],
    }),
    variant: shipped,
  });

  it("leave a line for whoever serves and for the selected one, where not all fit", () => {
    const lines = screen(after(at(many, "99s"), ...times("s", 9)), 80, 24);
    const { coordinators: all } = currentRun(many).history.moment(
      currentRun(many).history.eventAt(99_000),
      99_000,
    );
    const serving = all.find(({ claimLeftMs = 0 }) => claimLeftMs > 0);
    expect(serving).toBeDefined();
    expect(line(lines, "ACTIVE")).toContain(serving?.name);
    expect(line(lines, "▸· ")).toContain("rootcoord-j");
    expect(line(lines, "etcd +serving")).toContain("+7 more");
  });
});

describe("the lanes", () => {
  it("mark the event looked at, once", () => {
    const state = at(walk, "61s");
    const marked = screen(state).filter((one) => one.startsWith("▶"));
    expect(marked).toHaveLength(1);
    expect(marked[0]).toContain("fault begins: crash: rootcoord-a");
    expect(marked[0]).toContain("✗");
  });

  it("have a row for an instant between two events", () => {
    const marked = screen(at(walk, "75.3s")).filter((one) => one.startsWith("▶"));
    expect(marked).toHaveLength(1);
    expect(marked[0]).toMatch(/75\.300 s .* now/u);
  });

  it("draw a message that arrives as an arrow across the lanes between", () => {
    const requests = screen(at(walk, "0.012s"), 120, 40);
    expect(line(requests, /┊─+▶┃ grant from rootcoord-a/u)).not.toBe("");
    expect(line(requests, /┊◀─+┃ rootcoord-a reply to grant/u)).not.toBe("");
  });

  it("show only the selected coordinator's events when asked, and say so", () => {
    const lines = screen(after(at(walk, "30s"), "2", "o"), 80, 24);
    expect(line(lines, "only rootcoord-b")).not.toBe("");
    const rows = lines.filter((one) => /^.\s+\d+\.\d{3} s/u.test(one) && !one.startsWith("▶"));
    expect(rows.length).toBeGreaterThan(2);
    for (const row of rows) expect(row).toContain("rootcoord-b");
  });
});

describe("the panels", () => {
  it("stand beside the lanes where there is room, else one at a time", () => {
    const wide = screen(at(walk, "30s"), 120, 40).join("\n");
    for (const title of ["chart of rootcoord-a", "store at revision", "under way", "promises so far"])
      expect(wide).toContain(title);
    const narrow = at(walk, "30s");
    expect(screen(narrow, 80, 24).join()).toContain("chart of rootcoord-a");
    expect(screen(after(narrow, "i"), 80, 24).join()).toContain("store at revision");
    expect(screen(after(narrow, "i", "i"), 80, 24).join()).toContain("under way");
    expect(screen(after(narrow, "i", "i", "i"), 80, 24).join()).toContain("promises so far");
  });

  it("show the selected one's chart, identity and armed timers", () => {
    const lines = screen(after(at(walk, "30s"), "1"), 120, 40);
    const { history } = currentRun(walk);
    const [one] = history.moment(history.eventAt(30_000), 30_000).coordinators;
    const [timer] = one?.timers ?? [];
    expect(lines.join()).toContain("role.holding.service.active");
    expect(lines.join()).toContain(`fencing token ${one?.token}`);
    expect(line(lines, "· renewDue")).toContain(`in ${((timer?.inMs ?? 0) / 1000).toFixed(3)} s`);
  });

  it("show each key with its revisions and its lease's holder, a fresh one marked", () => {
    const { history } = currentRun(walk);
    const won = history.course.roleChanges.find(({ n }) =>
      history.frame(n).told?.steps.some(({ milestones }) => milestones.includes("won")),
    );
    expect(won).toBeDefined();
    const put = Array.from({ length: history.events }, (_, n) => n + 1).find(
      (n) => history.frame(n).world.etcd.store.revision > history.frame(n - 1).world.etcd.store.revision,
    );
    if (put === undefined) throw new Error("nothing was put");
    const state = after(walk, ...times("n", put));
    expect(place(state).n).toBe(put);
    expect(line(screen(state, 200, 60), /\*session\/id +2 +2 +1/u)).not.toBe("");
    const role = line(
      screen(at(walk, "30s"), 200, 60),
      /session\/rootcoord +\d+ +\d+ +1 {2}\S+ rootcoord-a/u,
    );
    expect(role).not.toBe("");
  });

  it("show messages under way and what was lost while somebody waits for it", () => {
    const { history } = currentRun(opened(failing));
    const sent = history.course.troubles.find(({ fate, leg }) => fate === "lost" && leg !== "watch");
    if (sent === undefined) throw new Error("nothing was lost");
    const lines = screen(at(opened(failing), `${sent.at + 1}ms`), 200, 60);
    expect(line(lines, `waits for ${sent.purpose}`)).toContain(`${sent.leg} lost at`);
    expect(screen(after(walk, "right"), 200, 60).join("\n")).toMatch(
      /rootcoord-a ─▶ etcd request readId in 0\.002 s/u,
    );
  });

  it("show the promises as they stand: broken only from the violation on, and why", () => {
    const state = opened(failing);
    const before = screen(after(state, "left"), 200, 60);
    expect(line(before, "✓ single-active")).not.toBe("");
    const broken = screen(state, 200, 60).join("\n");
    expect(broken).toContain("✗ single-active");
    expect(broken).toMatch(/✗ single-active +rootcoord-c serves rootcoord under token 13 while rootcoord-a/u);
  });

  it("name the assumption when a promise says nothing about the run", () => {
    const state = after(at(walk, "30s"), "f", ...times("p", 10), "enter");
    expect(state.message?.text).toContain("deleteKey: active");
    expect(line(screen(state, 200, 60), "– single-active")).toContain("nobody deletes or overwrites");
  });
});

describe("what opens over the screen", () => {
  it("is the help with every key and shape, scrolled where not all fit", () => {
    const lines = screen(after(walk, "?"), 100, 60);
    expect(line(lines, "quit")).toContain("q Ctrl-C");
    expect(line(lines, "█ ACTIVE")).not.toBe("");
    expect(line(screen(after(walk, "?"), 80, 24), "Ctrl-L")).toBe("");
    const further = after(walk, "?", ...times("page down", 3));
    expect(line(screen(further, 80, 24), "Ctrl-L")).not.toBe("");
    expect(line(screen(after(further, ...times("page down", 3)), 80, 24), "◁─")).not.toBe("");
    expect(after(further, "up").mode.type).toBe("help");
  });

  it("is the fork menu, the chosen fault in sight", () => {
    const lines = screen(after(at(walk, "75.3s"), "f", ...times("up", 11)), 80, 24);
    expect(line(lines, "fork at 75.300 s")).toContain("rootcoord-a");
    expect(line(lines, "▶ etcd: other writers")).toContain("hammer: etcd");
  });

  it("is the list of runs, each below its parent, with how it ends", () => {
    const twice = after(
      at(opened(failing), "75.3s"),
      "f",
      "enter",
      "F",
      "up",
      "enter",
      "f",
      "3",
      "enter",
      "F",
    );
    const lines = screen(twice);
    const rows = lines.filter((one) => /the trace {2}|fork \d/u.test(one) && !one.startsWith("trace.jsonl"));
    expect(rows.map((one) => one.slice(0, 14).trimEnd())).toEqual([
      "   the trace",
      "   └ fork 1",
      " ▶ └ fork 2",
    ]);
    expect(rows[1]).toContain("crash: rootcoord-a at 75.300 s · single-active is not violated");
    expect(rows[2]).toContain("not written");
  });
});
