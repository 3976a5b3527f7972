import { contact } from "./live";

/** What the server's clock says now, as far as this phone can know: its own clock may be days off. */
export function serverNow(): string {
  const { measured, jumped_ms } = contact.value ?? { measured: { skew_ms: 0 }, jumped_ms: 0 };
  return new Date(Date.now() + measured.skew_ms - jumped_ms).toISOString();
}
