/**
 * Whether somebody set the phone's clock: looked at every five seconds and before each command, so that what was
 * written after a jump stands behind the word of it.
 */
import { jumpBetween, type Tick } from "../core/clock";

const EVERY_MS = 5000;

let last: Tick | null = null;

/** How far the wall clock ran away since the last look; null where it did not, or nobody can tell. */
export function lookAtClock(): number | null {
  // While a phone sleeps its monotonic clock may stand still: what happened out of sight is no jump.
  if (document.visibilityState !== "visible") return null;
  const now = { wall_ms: Date.now(), monotonic_ms: performance.now() };
  const jump = last && jumpBetween(last, now);
  last = now;
  return jump;
}

/** `onJump` hears of every jump while the page is looked at. */
export function watchClock(onJump: (jumpMs: number) => void): void {
  document.addEventListener("visibilitychange", () => {
    last = null;
  });
  lookAtClock();
  setInterval(() => {
    const jump = lookAtClock();
    if (jump !== null) onJump(jump);
  }, EVERY_MS);
}
