import { jumpBetween, type Tick } from "../core/clock";
import { phone } from "../store/phone";
import { recordJump } from "./outbox";

const EVERY_MS = 5000;

/** Writes down when the phone's clock is put forward or back while the page is looked at. */
export function watchClock(): void {
  let last: Tick | null = null;
  // While a phone sleeps its monotonic clock may stand still: what happened out of sight is no jump.
  document.addEventListener("visibilitychange", () => {
    last = null;
  });
  setInterval(() => {
    if (document.visibilityState !== "visible") return;
    const now = { wall_ms: Date.now(), monotonic_ms: performance.now() };
    const jump = last && jumpBetween(last, now);
    last = now;
    if (jump !== null && phone.value) void recordJump(jump);
  }, EVERY_MS);
}
