/**
 * A command as exact bytes, chained to the one before it and signed by the phone.
 *
 * The bytes are made once and kept as they are: what is hashed, signed, stored and sent is the same. The chain
 * shows that nothing was taken out or put in between; the signature, that this phone said it.
 */
import { base64url, random, utf8, type Bytes } from "./bytes";
import { sha256 } from "./digest";

export interface Envelope {
  v: 1;
  id: string;
  device_id: string;
  seq: number;
  prev_hash: string;
  type: string;
  appointment_id: string | null;
  visit_id: string | null;
  base_version: string | null;
  /** What the phone's own clock said; never corrected. */
  occurred_at: string;
  elapsed_ms: number | null;
  skew_ms: number | null;
  rtt_ms: number | null;
  nonce: string | null;
  app_build: string;
  salt: string;
  payload: object;
}

export interface Signed {
  bytes: Bytes;
  hash: string;
  sig: string;
}

export const LARGEST_COMMAND = 64 * 1024;
const ALGORITHM = { name: "ECDSA", hash: "SHA-256" };
const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/** A key pair whose private half cannot leave this browser. */
export function newDeviceKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
}

/** The public half, as the server takes it: SPKI, DER. */
export async function publicBytes(pair: CryptoKeyPair): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
}

export async function signatureOf(key: CryptoKey, bytes: Bytes): Promise<string> {
  return base64url(await crypto.subtle.sign(ALGORITHM, key, bytes));
}

/** Raises a RangeError if the command is larger than the server takes. */
export async function signed(key: CryptoKey, told: Omit<Envelope, "v" | "salt">): Promise<Signed> {
  const envelope: Envelope = { v: 1, ...told, salt: base64url(random(16)) };
  const bytes = utf8(JSON.stringify(envelope));
  if (bytes.byteLength > LARGEST_COMMAND) throw new RangeError("The command is larger than 64 KiB.");
  const [hash, sig] = await Promise.all([sha256(bytes), signatureOf(key, bytes)]);
  return { bytes, hash, sig };
}
