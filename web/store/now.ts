import { contact } from "./live";

/** What the server's clock says now, as far as this phone can know: its own clock may be days off. */
export function serverNow(): string {
  return new Date(Date.now() + (contact.value?.measured.skew_ms ?? 0)).toISOString();
}
