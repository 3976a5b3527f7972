import { content } from "../../store/phone";
import { lock } from "../../store/vault";

/** A phone that lies about is locked after so long. */
const IDLE_MS = 5 * 60_000;
const LOOK_MS = 5000;

let touched = performance.now();

/** Locks what is open when nobody touched the page for five minutes, in sight or out of it. */
export function watchIdle(): void {
  for (const kind of ["pointerdown", "keydown", "input"]) {
    addEventListener(kind, () => (touched = performance.now()), { passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", lockIfIdle);
  setInterval(lockIfIdle, LOOK_MS);
}

function lockIfIdle(): void {
  if (content.value && performance.now() - touched > IDLE_MS) void lock();
}
