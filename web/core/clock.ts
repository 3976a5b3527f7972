/**
 * The phone's clock against the server's. The phone never corrects a time: it tells what its clock said, how far
 * that clock was off when it was last compared, and how long ago that was.
 */

/** One comparison with the server. `at_ms` is the monotonic clock of this page, which nobody can put back. */
export interface Measured {
  skew_ms: number;
  rtt_ms: number;
  at_ms: number;
  /** Of which page's monotonic clock; another page's cannot be compared. */
  origin_ms: number;
}

const JUMP_MS = 2000;

/** @param sent, received The phone's clock before the request and after the answer. */
export function measure(sent: number, received: number, serverTime: string, atMs: number, originMs: number): Measured {
  return {
    skew_ms: Math.round(Date.parse(serverTime) - (sent + received) / 2),
    rtt_ms: Math.round(received - sent),
    at_ms: Math.round(atMs),
    origin_ms: originMs,
  };
}

/** How long ago the clocks were compared; null where this page cannot know, because it was opened later. */
export function elapsedSince(measured: Measured | null, atMs: number, originMs: number): number | null {
  return measured !== null && measured.origin_ms === originMs ? Math.round(atMs - measured.at_ms) : null;
}

export interface Tick {
  wall_ms: number;
  monotonic_ms: number;
}

/** How far the wall clock ran away from the monotonic one between two looks, if it is more than two seconds. */
export function jumpBetween(before: Tick, after: Tick): number | null {
  const jump = Math.round(after.wall_ms - before.wall_ms - (after.monotonic_ms - before.monotonic_ms));
  return Math.abs(jump) > JUMP_MS ? jump : null;
}
