/** Which person's phone this page works with. */
import { device } from "../api/device";
import { Store } from "./db";
import { first, forget, knownPhones, type Known } from "./known";
import { forgetAll, reload } from "./live";
import { content, phone } from "./phone";

/** Takes this phone; false if nothing of it is here any more. */
export async function take(known: Known): Promise<boolean> {
  putBack();
  const store = await Store.open(known);
  const found = await store.get("device");
  if (!found) {
    // Its tables were cleared beside us: a cleaner's work, or an enrolment that did not come to its end.
    await store.destroy();
    forget(known.device);
    return false;
  }
  first(known.device);
  device.value = found.id;
  phone.value = { store, device: found };
  await reload();
  return true;
}

/** The phone of whoever worked last; null in `phone` if nobody is enrolled here. */
export async function takeLast(): Promise<void> {
  for (const known of knownPhones()) if (!known.isOver && (await take(known))) return;
  phone.value = null;
}

/** Nobody's phone: another person's can be taken. */
export function putBack(): void {
  phone.value?.store.close();
  phone.value = null;
  device.value = null;
  content.value = null;
  forgetAll();
}
