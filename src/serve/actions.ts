/**
 * What can be done to a served etcd by hand. One table: the control's HTTP, its description for programs and `leasehold ctl` are made
 * of it.
 */
import { listed, nearest } from "../scenario-file/nearest.ts";
import { quote } from "../words/shown.ts";
import { ActionError, type Action } from "./action.ts";
import { ETCD_ACTIONS } from "./etcd-actions.ts";
import { MESSAGE_ACTIONS } from "./message-actions.ts";
import { STATE_ACTIONS } from "./state-actions.ts";

export const ACTIONS: readonly Action[] = [...STATE_ACTIONS, ...ETCD_ACTIONS, ...MESSAGE_ACTIONS];

/** Throws an {@link ActionError} where there is none. */
export function actionNamed(name: string): Action {
  const found = ACTIONS.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = ACTIONS.map((one) => one.name);
  const near = nearest(name, names);
  throw new ActionError(
    `there is no action ${quote(name)}`,
    near.length === 0 ? `there is ${names.join(", ")}` : `did you mean ${listed(near, "or")}?`,
  );
}
