/** Service as a recording tells of it: by the claim that was written down with every renewal. */
import type { Observation } from "../../models/observation.ts";
import type { RecordedEvent, RecordingSource } from "./fact.ts";
import { momentsOf, type EvidencePoint } from "./order.ts";
import type { PossibleService, ServiceStretch, ToldService } from "./told-service.ts";

export function serviceInRecording(source: RecordingSource): ToldService {
  const moments = momentsOf(source);
  const told = source.stretches.map((stretch, at) => serviceIn(source, stretch, moments[at] ?? []));
  return {
    stretches: told.flatMap(({ stretches }) => stretches),
    possible: told.flatMap(({ possible }) => possible),
  };
}

interface Term {
  readonly may: Pick<PossibleService, "role" | "hint" | "from">;
  /** A stretch tells of it. */
  isTold: boolean;
}

type Claim = Extract<Observation, { readonly type: "claim" }>;

/** From the first line that claims to serve to the last at which the claim still stands, within a stretch without gaps. */
function serviceIn(
  source: RecordingSource,
  events: readonly RecordedEvent[],
  moments: readonly EvidencePoint[],
): ToldService {
  const stretches: ServiceStretch[] = [];
  const possible: PossibleService[] = [];
  const { name } = source;
  let claim: Claim | undefined;
  let from = 0;
  let serverId: number | undefined;
  /** What was claimed since it was won is one term's. */
  let term: Term | undefined;
  const overBy = (ended?: EvidencePoint): void => {
    if (term !== undefined && !term.isTold)
      possible.push({
        name,
        origin: source,
        ...term.may,
        ...(serverId === undefined ? {} : { serverId }),
        ...(ended === undefined ? {} : { ended }),
      });
    term = undefined;
  };
  for (const [index, { at, seen }] of events.entries()) {
    const moment = moments[index];
    const begun = moments[from];
    if (moment === undefined || begun === undefined) continue;
    // When this arrived the claim still stood, whatever comes of it now.
    if (claim !== undefined && claim.until > at) {
      const { role, token } = claim;
      const served: ServiceStretch = {
        name,
        role,
        token,
        origin: source,
        from: begun,
        last: moment,
        ...(term?.may.from === undefined ? { begunBefore: true } : {}),
        ...(serverId === undefined ? {} : { serverId }),
      };
      const isOpen = stretches.at(-1)?.from === begun;
      stretches.splice(isOpen ? -1 : stretches.length, isOpen ? 1 : 0, served);
      if (term !== undefined) term.isTold = true;
    } else if (claim !== undefined) claim = undefined;
    for (const one of seen) {
      if (one.type === "milestone" && one.serverId > 0) ({ serverId } = one);
      if (one.type === "milestone" && one.milestone === "won") {
        overBy(moment);
        term = { may: { role: one.role, hint: moment, from: moment }, isTold: false };
      }
      if (one.type === "claimEnded" || one.type === "ended") {
        claim = undefined;
        const open = stretches.at(-1);
        if (open !== undefined && open.from === begun && open.ended === undefined)
          stretches.splice(-1, 1, { ...open, ended: moment });
        overBy(moment);
      }
      if (one.type !== "claim") continue;
      if (claim === undefined) {
        from = index;
        // Nobody saw it won, so it may have served before; and a claim in the last line that there is was never seen to stand.
        term ??= { may: { role: one.role, hint: moment }, isTold: false };
      }
      claim = one.until > at ? one : undefined;
    }
  }
  overBy();
  return { stretches, possible };
}
