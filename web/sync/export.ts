/**
 * What was not sent, as a file for the worst day: the commands exactly as they are signed, with their pictures, under
 * a password. Whoever holds both can hand the commands in; the phone keeps them all the same.
 */
import { base64url, random, utf8 } from "../core/bytes";
import { aesKey, open, PIN_ROUNDS, seal, stretched } from "../core/vault";
import { phone } from "../store/phone";

export const EXPORT_FORMAT = "doorstep-unsent/1";

/** @returns JSON that names how to open it: PBKDF2-SHA-256 of the password, then AES-GCM with its nonce in front. */
export async function exportUnsent(password: string): Promise<Blob> {
  const here = phone.value;
  if (!here) throw new Error("No phone is open.");
  const { store, device } = here;
  const [commands, photos] = await Promise.all([store.all("commands"), store.all("photos")]);
  const inside = {
    device_id: device.id,
    commands: await Promise.all(
      commands
        .filter((row) => row.answer === null)
        .map(async (row) => ({ bytes: base64url(await open(device.queue, row.sealed)), sig: row.sig })),
    ),
    photos: await Promise.all(
      photos
        .filter((row) => row.state !== "safe" && row.sealed !== null)
        .map(async ({ sha256, content_type, sealed }) => ({
          sha256,
          content_type,
          bytes: sealed && base64url(await open(device.queue, sealed)),
        })),
    ),
  };
  const salt = random(16);
  const key = await aesKey(await stretched(password, salt, PIN_ROUNDS));
  const told = {
    format: EXPORT_FORMAT,
    salt: base64url(salt),
    iterations: PIN_ROUNDS,
    sealed: base64url(await seal(key, utf8(JSON.stringify(inside)))),
  };
  return new Blob([JSON.stringify(told)], { type: "application/json" });
}
