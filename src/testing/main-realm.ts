/**
 * What belongs to Node itself and not to the realm that a test runs in: a runner such as Jest gives each test file globals of its own,
 * and a copy of `process`.
 */
import { Script } from "node:vm";

/** Where scripts run. */
export const mainGlobal: unknown = new Script("globalThis").runInThisContext();

/** The one that hears of rejections which nobody awaits. */
export const mainProcess = (mainGlobal as { readonly process: NodeJS.Process }).process;
