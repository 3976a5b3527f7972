/**
 * What keeps the day of a lost phone shut. One random content key seals it; that key is wrapped by a PIN, and by a
 * passkey where the phone has one. A six-digit PIN alone would fall to a laptop, so it is mixed with a key that
 * cannot leave this phone. A rooted phone that lies open is the system's matter, not ours.
 */
import { fromUtf8, random, utf8, type Bytes } from "./bytes";

export const PIN_ROUNDS = 600_000;
export const LEAST_PIN = 6;
const CIPHER = "AES-GCM";
const IV_BYTES = 12;

/** Something sealed: the nonce, then the text with its tag. */
export type Sealed = Bytes;

export interface Wrapped {
  salt: Bytes;
  key: Sealed;
}

export function newContentKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: CIPHER, length: 256 }, true, ["encrypt", "decrypt"]);
}

/** Seals what has to be sent while the phone is locked: it can be used in this browser and never be taken away. */
export function newQueueKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: CIPHER, length: 256 }, false, ["encrypt", "decrypt"]);
}

export function newPhoneSecret(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
}

export async function seal(key: CryptoKey, bytes: BufferSource): Promise<Sealed> {
  const iv = random(IV_BYTES);
  const text = new Uint8Array(await crypto.subtle.encrypt({ name: CIPHER, iv }, key, bytes));
  const sealed = new Uint8Array(IV_BYTES + text.byteLength);
  sealed.set(iv);
  sealed.set(text, IV_BYTES);
  return sealed;
}

/** Raises an OperationError if it was sealed by another key, or altered. */
export async function open(key: CryptoKey, sealed: Sealed): Promise<Bytes> {
  const iv = sealed.subarray(0, IV_BYTES);
  return new Uint8Array(await crypto.subtle.decrypt({ name: CIPHER, iv }, key, sealed.subarray(IV_BYTES)));
}

export async function sealJson(key: CryptoKey, value: unknown): Promise<Sealed> {
  return seal(key, utf8(JSON.stringify(value)));
}

export async function openJson<T>(key: CryptoKey, sealed: Sealed): Promise<T> {
  return JSON.parse(fromUtf8(await open(key, sealed))) as T;
}

/** The content key under a PIN; `phone` is this phone's own secret. */
export async function wrapByPin(content: CryptoKey, pin: string, phone: CryptoKey): Promise<Wrapped> {
  const salt = random(16);
  return wrap(content, await pinKey(pin, salt, phone), salt);
}

/** The content key, or null if the PIN is another. */
export async function unwrapByPin(wrapped: Wrapped, pin: string, phone: CryptoKey): Promise<CryptoKey | null> {
  return unwrap(wrapped, await pinKey(pin, wrapped.salt, phone));
}

/** The content key under what a passkey gives for a salt (WebAuthn PRF). */
export async function wrapByPasskey(content: CryptoKey, secret: BufferSource, salt: Bytes): Promise<Wrapped> {
  return wrap(content, await passkeyKey(secret, salt), salt);
}

export async function unwrapByPasskey(wrapped: Wrapped, secret: BufferSource): Promise<CryptoKey | null> {
  return unwrap(wrapped, await passkeyKey(secret, wrapped.salt));
}

async function wrap(content: CryptoKey, by: CryptoKey, salt: Bytes): Promise<Wrapped> {
  return { salt, key: await seal(by, await crypto.subtle.exportKey("raw", content)) };
}

async function unwrap(wrapped: Wrapped, by: CryptoKey): Promise<CryptoKey | null> {
  try {
    const raw = await open(by, wrapped.key);
    return await crypto.subtle.importKey("raw", raw, CIPHER, true, ["encrypt", "decrypt"]);
  } catch {
    return null;
  }
}

async function pinKey(pin: string, salt: Bytes, phone: CryptoKey): Promise<CryptoKey> {
  const slow = await stretched(pin, salt, PIN_ROUNDS);
  return aesKey(await crypto.subtle.sign("HMAC", phone, slow));
}

async function passkeyKey(secret: BufferSource, salt: Bytes): Promise<CryptoKey> {
  const given = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const way = { name: "HKDF", hash: "SHA-256", salt, info: utf8("doorstep vault") };
  return aesKey(await crypto.subtle.deriveBits(way, given, 256));
}

/** 32 bytes from words that a person typed, slowly on purpose. */
export async function stretched(words: string, salt: Bytes, iterations: number): Promise<ArrayBuffer> {
  const given = await crypto.subtle.importKey("raw", utf8(words.normalize("NFKC")), "PBKDF2", false, ["deriveBits"]);
  return crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, given, 256);
}

export function aesKey(raw: BufferSource): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, CIPHER, false, ["encrypt", "decrypt"]);
}

/** How long to wait after so many wrong PINs one after the other; null once only the office can help. */
export function waitAfter(wrong: number): number | null {
  if (wrong >= 10) return null;
  return wrong < 5 ? 0 : 30_000 * 2 ** (wrong - 5);
}

/** Too easy to guess over a shoulder: one digit, or a run of them. */
export function isWeakPin(pin: string): boolean {
  const steps = new Set([...pin].slice(1).map((digit, at) => Number(digit) - Number(pin[at])));
  return !/^\d{6,12}$/.test(pin) || (steps.size === 1 && [-1, 0, 1].some((step) => steps.has(step)));
}
