import { enrol } from "../api/sync";
import { base64url, utf8 } from "../core/bytes";
import { newDeviceKey, publicBytes, signatureOf } from "../core/chain";
import { measure } from "../core/clock";
import { newPhoneSecret, newQueueKey, seal } from "../core/vault";
import { Store } from "../store/db";
import { remember } from "../store/known";
import { take } from "../store/shelf";

/**
 * This browser is the phone of whoever the code was made for, with a key that cannot leave it.
 *
 * Ends in a `Problem` if the code is spent or wrong: another one has to be made.
 */
export async function enrolThisPhone(code: string, name: string): Promise<void> {
  const pair = await newDeviceKey();
  const sent = Date.now();
  const told = await enrol({
    code,
    public_key: base64url(await publicBytes(pair)),
    name,
    proof: await signatureOf(pair.privateKey, utf8(code)),
  });
  const measured = measure(sent, Date.now(), told.server_time, performance.now(), performance.timeOrigin);
  const { id, user_id, organisation_id: organisation, server_time, nonce, lease_until } = told;
  const queue = await newQueueKey();
  const token = await seal(queue, utf8(told.token));
  const known = { user: user_id, device: id };
  const store = await Store.open(known);
  await store.write({
    meta: {
      device: { id, user_id, organisation, name, pair, secret: await newPhoneSecret(), queue, token },
      head: { seq: 0, hash: told.chain_start },
      contact: { measured, jumped_ms: 0, nonce, server_time, lease_until },
    },
  });
  store.close();
  remember(known);
  await take(known);
}
