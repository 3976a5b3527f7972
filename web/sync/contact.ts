import { measure } from "../core/clock";
import type { Contact } from "../store/rows";

/** What an answer says of time and leave, and how the clocks compare. Every answer of the server is a comparison. */
export async function timed<T extends { nonce: string; server_time: string; lease_until: string }>(
  call: () => Promise<T>,
): Promise<{ told: T; contact: Contact }> {
  const sent = Date.now();
  const told = await call();
  const { nonce, server_time, lease_until } = told;
  const measured = measure(sent, Date.now(), server_time, performance.now(), performance.timeOrigin);
  return { told, contact: { measured, jumped_ms: 0, nonce, server_time, lease_until } };
}
