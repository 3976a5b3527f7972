import { watchClock } from "./clockwatch";
import { watchAndSend } from "./loop";
import { sendForOthers } from "./others";
import { recordJump } from "./outbox";
import { goOnTracking } from "./track";

/** Everything that this phone does by itself, from the moment on at which its tables are open. */
export async function start(): Promise<void> {
  watchAndSend();
  watchClock((jump) => void recordJump(jump));
  goOnTracking();
  await sendForOthers();
}
