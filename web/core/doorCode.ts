import { fromBase64url } from "./bytes";

export const MINUTE_MS = 60_000;

/** The six digits of this minute by which a customer knows that the collector is genuine: an HMAC, cut as in RFC 4226. */
export async function doorCode(secret: string, nowMs: number): Promise<string> {
  const usage = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", fromBase64url(secret), usage, false, ["sign"]);
  const minute = new DataView(new ArrayBuffer(8));
  minute.setBigUint64(0, BigInt(Math.floor(nowMs / MINUTE_MS)));
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, minute.buffer));
  return String(mac.getBigUint64(0) % 1_000_000n).padStart(6, "0");
}
