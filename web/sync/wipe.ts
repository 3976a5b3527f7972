import { signOut } from "../api/session";
import { tellWiped } from "../api/sync";
import { fromUtf8 } from "../core/bytes";
import { open } from "../core/vault";
import { forget } from "../store/known";
import { phone, type Phone } from "../store/phone";
import { putBack } from "../store/shelf";

/** Nothing of this person is left on this phone, and the office hears of it. */
export async function wipe(): Promise<void> {
  const here = phone.value;
  if (!here) return;
  await erase(here, putBack);
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  await signOut().catch(() => undefined);
}

/**
 * First the keys go, so that whatever comes after has nothing to open; then everything else.
 *
 * @param letGo Lets go of the open phone, if it is this one.
 */
export async function erase({ store, device }: Phone, letGo: () => void = () => undefined): Promise<void> {
  const token = await open(device.queue, device.token).then(fromUtf8, () => null);
  await store.write({ meta: { device: undefined, vault: undefined, person: undefined } });
  letGo();
  forget(device.id);
  await store.destroy();
  // Without an answer the office does not know it, and the phone is empty all the same.
  if (token !== null) await tellWiped(token).catch(() => undefined);
}
