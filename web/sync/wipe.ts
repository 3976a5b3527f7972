import { signOut } from "../api/session";
import { forget } from "../store/known";
import { phone } from "../store/phone";
import { putBack } from "../store/shelf";

/** Nothing of this person is left on this phone: first the keys, so that whatever comes after has nothing to open. */
export async function wipe(): Promise<void> {
  const here = phone.value;
  if (!here) return;
  await here.store.write({ meta: { device: undefined, vault: undefined, person: undefined } });
  putBack();
  forget(here.device.id);
  await here.store.destroy();
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  await signOut().catch(() => undefined);
}
