/** Opening and locking what the phone keeps of people. Wrong PINs are counted on the disk: a reload forgets none. */
import type { Bytes } from "../core/bytes";
import { random } from "../core/bytes";
import { newContentKey, unwrapByPasskey, unwrapByPin, waitAfter, wrapByPasskey, wrapByPin } from "../core/vault";
import { forgetAll, reload } from "./live";
import { content, opened, phone } from "./phone";
import type { Vault } from "./rows";

export type Opening = "open" | "wrong" | "wait" | "ask-office" | "lease-over";

/** Without contact to the office for longer than the lease, the phone stays shut until it has signal. */
export async function isLeaseOver(): Promise<boolean> {
  const store = phone.value?.store;
  const [contact, newest] = await Promise.all([store?.get("contact"), store?.get("wall_ms")]);
  if (!contact) return false;
  // A clock that was put back gives no longer lease.
  const now = Math.max(Date.now(), newest ?? 0) + contact.measured.skew_ms;
  return now > Date.parse(contact.lease_until);
}

/** A new PIN for the content key that is open, or for a new one where there is none yet. */
export async function choosePin(pin: string): Promise<void> {
  const here = phone.value;
  if (!here) throw new Error("No phone is open.");
  const key = content.value ?? (await newContentKey());
  const vault: Vault = { pin: await wrapByPin(key, pin, here.device.secret), passkey: null, wrong: 0, wait_until: 0 };
  // Under a new key nothing old can be read: the day is fetched anew. The queue has a key of its own and stays.
  const anew = content.value ? {} : ({ clear: ["stops"] } as const);
  const lost = content.value ? {} : { slice: undefined, person: undefined };
  await here.store.write({ ...anew, meta: { vault, pin_reset: false, ...lost } });
  await open(key);
}

export async function openByPin(pin: string): Promise<Opening> {
  const here = phone.value;
  const vault = await here?.store.get("vault");
  if (!here || !vault) throw new Error("There is nothing to open.");
  const barred = await bar(vault);
  if (barred) return barred;
  const key = await unwrapByPin(vault.pin, pin, here.device.secret);
  if (key === null) {
    const wrong = vault.wrong + 1;
    const wait = waitAfter(wrong);
    await here.store.write({ meta: { vault: { ...vault, wrong, wait_until: Date.now() + (wait ?? 0) } } });
    return wait === null ? "ask-office" : wait > 0 ? "wait" : "wrong";
  }
  if (vault.wrong > 0) await here.store.write({ meta: { vault: { ...vault, wrong: 0, wait_until: 0 } } });
  await open(key);
  return "open";
}

/** With the finger or the face that unlocks this phone; null where no passkey was made or it was not shown. */
export async function openByPasskey(): Promise<Opening | null> {
  const here = phone.value;
  const vault = await here?.store.get("vault");
  if (!here || !vault?.passkey) return null;
  const barred = await bar(vault);
  if (barred) return barred;
  const { id, salt } = vault.passkey;
  const secret = await prfOf(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: random(32),
        allowCredentials: [{ type: "public-key", id }],
        userVerification: "required",
        extensions: { prf: { eval: { first: salt } } },
      },
    }),
  );
  const key = secret && (await unwrapByPasskey(vault.passkey, secret));
  if (!key) return null;
  await open(key);
  return "open";
}

/** Makes a passkey that opens this phone; false where the phone has none with a secret of its own. */
export async function makePasskey(label: string): Promise<boolean> {
  const { store, content: key } = opened();
  const vault = await store.get("vault");
  if (!vault || !("credentials" in navigator)) return false;
  const salt: Bytes = random(32);
  let id: ArrayBuffer | null = null;
  const secret = await prfOf(async () => {
    const made = await navigator.credentials.create({
      publicKey: {
        challenge: random(32),
        rp: { name: "Doorstep" },
        user: { id: random(16), name: label, displayName: label },
        pubKeyCredParams: [{ type: "public-key", alg: -7 }],
        authenticatorSelection: { authenticatorAttachment: "platform", userVerification: "required" },
        extensions: { prf: { eval: { first: salt } } },
      },
    });
    id = made instanceof PublicKeyCredential ? made.rawId : null;
    return made;
  });
  if (!secret || id === null) return false;
  await store.write({ meta: { vault: { ...vault, passkey: { ...(await wrapByPasskey(key, secret, salt)), id } } } });
  return true;
}

/** What was open is shut: the key leaves the memory, and so does everything that it had opened. */
export async function lock(): Promise<void> {
  content.value = null;
  forgetAll();
  await reload();
}

async function open(key: CryptoKey): Promise<void> {
  content.value = key;
  await reload();
}

async function bar(vault: Vault): Promise<Opening | null> {
  if (waitAfter(vault.wrong) === null) return "ask-office";
  // A clock that was put back must not make the wait longer than it is.
  const longest = Date.now() + (waitAfter(vault.wrong) ?? 0);
  if (Date.now() < Math.min(vault.wait_until, longest)) return "wait";
  return (await isLeaseOver()) ? "lease-over" : null;
}

async function prfOf(call: () => Promise<Credential | null>): Promise<BufferSource | null> {
  const made = await call().catch(() => null);
  if (!(made instanceof PublicKeyCredential)) return null;
  return made.getClientExtensionResults().prf?.results?.first ?? null;
}
