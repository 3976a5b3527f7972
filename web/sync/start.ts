import { watchClock } from "./clockwatch";
import { watchAndSend } from "./loop";
import { sendForOthers } from "./others";
import { goOnTracking } from "./track";

/** Everything that this phone does by itself, from the moment on at which its tables are open. */
export async function start(): Promise<void> {
  watchAndSend();
  watchClock();
  goOnTracking();
  await sendForOthers();
}
