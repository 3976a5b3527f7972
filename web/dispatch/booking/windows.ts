import type { Schemas } from "../../api/client";

/** A window that can be promised: all of it is lawful, and somebody on duty can come inside it. */
export interface Window {
  from: string;
  to: string;
  extraTravelS: number;
}

const STEP_MS = 60 * 60_000;
const LONGEST_MS = 2 * STEP_MS;
const ROUND_MS = 30 * 60_000;

/**
 * Windows of at most two hours inside the stretches in which a visit can start, an hour apart.
 *
 * A stretch names the first and the last start, so presence can last until its end plus the time at the door.
 */
export function windowsOf(free: readonly Schemas["FreeSlot"][], serviceMinutes: number): Window[] {
  const service = serviceMinutes * 60_000;
  const best = new Map<number, Window>();
  for (const slot of free) {
    const end = Date.parse(slot.to) + service;
    let from = Math.ceil(Date.parse(slot.from) / ROUND_MS) * ROUND_MS;
    do {
      const to = Math.min(from + LONGEST_MS, Math.floor(end / ROUND_MS) * ROUND_MS);
      if (to - from < service) break;
      const known = best.get(from);
      const isLonger = !known || to > Date.parse(known.to);
      if (isLonger || (to === Date.parse(known.to) && slot.extra_travel_s < known.extraTravelS)) {
        const [first, last] = [new Date(from).toISOString(), new Date(to).toISOString()];
        best.set(from, { from: first, to: last, extraTravelS: slot.extra_travel_s });
      }
      from += STEP_MS;
    } while (from + LONGEST_MS <= end);
  }
  const windows = [...best.entries()].sort(([a], [b]) => a - b).map(([, window]) => window);
  return windows.filter((window) => !windows.some((other) => says(other, window)));
}

/** Whether `other` is the better way to say nearly the same: whole hours before half ones, long before short. */
function says(other: Window, window: Window): boolean {
  if (other === window) return false;
  const apart = Math.abs(Date.parse(other.from) - Date.parse(window.from));
  const isShorter = lengthOf(window) < lengthOf(other);
  if (isShorter) return other.from <= window.from && window.to <= other.to;
  return apart === ROUND_MS && lengthOf(window) === lengthOf(other) && isWhole(other) && !isWhole(window);
}

function lengthOf(window: Window): number {
  return Date.parse(window.to) - Date.parse(window.from);
}

function isWhole(window: Window): boolean {
  return Date.parse(window.from) % STEP_MS === 0;
}

/** Closed stretches, joined where one follows another for the same reason by the same rules. */
export function joined(closed: readonly Schemas["ClosedSpan"][]): Schemas["ClosedSpan"][] {
  const spans: Schemas["ClosedSpan"][] = [];
  for (const span of [...closed].sort((a, b) => a.from.localeCompare(b.from))) {
    const last = spans.at(-1);
    if (last && last.to >= span.from && sameCause(last, span)) {
      spans[spans.length - 1] = { ...last, to: last.to > span.to ? last.to : span.to };
    } else spans.push(span);
  }
  return spans;
}

function sameCause(one: Schemas["ClosedSpan"], other: Schemas["ClosedSpan"]): boolean {
  return one.reason === other.reason && rulesOf(one) === rulesOf(other);
}

function rulesOf({ decision }: Schemas["ClosedSpan"]): string {
  const reasons = (decision as { reasons?: { rule_id: string; verdict: string }[] } | null)?.reasons ?? [];
  return reasons
    .filter((reason) => reason.verdict === "refuse")
    .map((reason) => reason.rule_id)
    .join();
}
