import { session } from "../api/session";
import { openJson, sealJson } from "../core/vault";
import { opened } from "../store/phone";
import { first } from "../store/known";
import { officeZone } from "../ui/i18n/format";
import { learnWhoIAm, me, type Me } from "../ui/me";

/** Who works with this phone: from the vault at once, and from the office when it can be asked. */
export async function learnPerson(): Promise<void> {
  const { store, content, device } = opened();
  const kept = await store.get("person");
  if (kept) {
    const known = await openJson<Me>(content, kept);
    officeZone.value = known.organisation.timezone;
    me.value = known;
  }
  if (session.value?.user !== device.user_id) return;
  try {
    const told = await learnWhoIAm();
    first(device.id, told.username);
    await store.write({ meta: { person: await sealJson(content, told) } });
  } catch {
    // Without signal the one from the vault has to do.
  }
}
