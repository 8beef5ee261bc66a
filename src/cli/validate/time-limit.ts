/** What may never end, such as a regular expression that tries each of a million ways to fail, is ended after a while. */
import { inRealTime, Overtime } from "../../testing/real-time.ts";

/** Does it, and says whether it came to its end within that real time. Throws what it throws. */
export function endsWithin(limitMs: number, work: () => void): boolean {
  try {
    inRealTime(limitMs, work);
    return true;
  } catch (error) {
    if (error instanceof Overtime) return false;
    throw error;
  }
}
