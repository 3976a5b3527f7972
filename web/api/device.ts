import { signal } from "@preact/signals";

/** The phone that this page speaks for, once one is opened here: every request names it. */
export const device = signal<string | null>(null);

/** The office took this phone away: whatever it keeps has to go. */
export const isRevoked = signal(false);

const GONE = 410;

/** Notices, in any answer, that the phone was revoked. */
export async function heed(response: Response): Promise<void> {
  if (response.status !== GONE) return;
  const told = (await response
    .clone()
    .json()
    .catch(() => ({}))) as { code?: string };
  if (told.code === "device-revoked") isRevoked.value = true;
}
