/**
 * The table of kinds of faults: the one place that knows them all. A fault is one file beside this one, and its line here;
 * docs/extending.md says how. Everything else asks `../fault.ts`.
 */
import { changeLeader } from "./change-leader.ts";
import { crowd } from "./crowd.ts";
import { compact } from "./compact.ts";
import { crash } from "./crash.ts";
import { delay } from "./delay.ts";
import { deleteKey } from "./delete-key.ts";
import { drift } from "./drift.ts";
import { driftEtcd } from "./drift-etcd.ts";
import { duplicate } from "./duplicate.ts";
import { hammer } from "./hammer.ts";
import { fillUp } from "./fill-up.ts";
import { goBack } from "./go-back.ts";
import { handOver } from "./hand-over.ts";
import { hoard } from "./hoard.ts";
import { lose } from "./lose.ts";
import { memberApart } from "./member-apart.ts";
import { memberCut } from "./member-cut.ts";
import { memberDown } from "./member-down.ts";
import { memberFrozen } from "./member-frozen.ts";
import { memberLags } from "./member-lags.ts";
import { muteWatch } from "./mute-watch.ts";
import { partition } from "./partition.ts";
import { pause } from "./pause.ts";
import { probeActivation } from "./probe.ts";
import { refuseRequests } from "./refuse.ts";
import { restart } from "./restart.ts";
import { sicken } from "./sicken.ts";
import { stall } from "./stall.ts";
import { stepClock } from "./step-clock.ts";
import { stop } from "./stop.ts";
import { strand } from "./strand.ts";
import { stepEtcdClock } from "./step-etcd.ts";
import { suspend } from "./suspend.ts";
import { takeId } from "./take-id.ts";

/** In the order in which lists name them; a generated case shrinks towards the first. */
export const FAULT_TABLE = [
  crash,
  stop,
  handOver,
  pause,
  partition,
  lose,
  delay,
  duplicate,
  refuseRequests,
  muteWatch,
  changeLeader,
  stall,
  strand,
  restart,
  fillUp,
  drift,
  stepClock,
  compact,
  hammer,
  deleteKey,
  memberDown,
  memberCut,
  memberFrozen,
  memberLags,
  memberApart,
  suspend,
  driftEtcd,
  stepEtcdClock,
  goBack,
  crowd,
  hoard,
  probeActivation,
  takeId,
  sicken,
] as const;
