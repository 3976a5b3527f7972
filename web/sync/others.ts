import { OfflineError, Problem } from "../api/problem";
import { Store } from "../store/db";
import { forget, knownPhones, type Known } from "../store/known";
import { phone, type Phone } from "../store/phone";
import { unlessBusy } from "./lock";
import { sendPhotos } from "./photos";
import { push } from "./push";
import { erase } from "./wipe";

/**
 * What colleagues left unsent on this phone goes up, still sealed from whoever holds it now; an enrolment that is over
 * and has nothing left is cleared away.
 */
export async function sendForOthers(): Promise<void> {
  for (const known of knownPhones()) {
    if (known.device !== phone.value?.device.id) await sendFor(known);
  }
}

async function sendFor(known: Known): Promise<void> {
  const store = await Store.open(known);
  try {
    const device = await store.get("device");
    if (device) await unlessBusy("send", device.id, () => sendAll({ store, device }));
    if (!device || (known.isOver && !(await hasWaiting(store)))) {
      await store.destroy();
      forget(known.device);
    }
  } catch (error) {
    const device = await store.get("device");
    // Revoked as their phone, it is emptied of what is theirs, whoever holds it now.
    if (error instanceof Problem && error.code === "device-revoked" && device) await erase({ store, device });
    // Else their turn comes again, with the next try of whoever holds the phone.
    else if (!(error instanceof Problem || error instanceof OfflineError)) throw error;
  } finally {
    store.close();
  }
}

async function sendAll(here: Phone): Promise<void> {
  await push(here);
  await sendPhotos(here);
}

async function hasWaiting(store: Store): Promise<boolean> {
  const [commands, photos] = await Promise.all([store.all("commands"), store.all("photos")]);
  return commands.some((row) => row.answer === null) || photos.some((row) => row.state !== "safe");
}
