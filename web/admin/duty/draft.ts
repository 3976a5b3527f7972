/** What is typed for a shift, and how it becomes one on a day. */
import type { Schemas } from "../../api/client";
import { instantAt, time } from "../../ui/i18n/format";
import type { Shift, Week } from "./week";

export interface Draft {
  from: string;
  until: string;
  start: string;
  restMinutes: string;
  restFrom: string;
  restUntil: string;
}

/** The newest shift of the person in the week, or anybody's: most people begin where they began before. */
export function lastShiftOf(week: Week, collector: string): Shift | undefined {
  return week.shifts.filter((shift) => shift.collector_id === collector).at(-1) ?? week.shifts.at(-1);
}

export function draftLike(shift: Shift | undefined): Draft {
  if (!shift) {
    return { from: "09:00", until: "18:00", start: "", restMinutes: "60", restFrom: "11:30", restUntil: "13:30" };
  }
  return {
    from: time(shift.starts_at),
    until: time(shift.ends_at),
    start: `${shift.start.lat}, ${shift.start.lon}`,
    restMinutes: String(shift.break_minutes),
    restFrom: shift.break_from ? time(shift.break_from) : "11:30",
    restUntil: shift.break_to ? time(shift.break_to) : "13:30",
  };
}

/** Latitude and longitude as typed; null if the two are no place. */
export function pointOf(text: string): Schemas["Point"] | null {
  const numbers = text.split(/[\s,，]+/).filter(Boolean).map(Number);
  const [lat = Number.NaN, lon = Number.NaN] = numbers;
  const isPlace = numbers.length === 2 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  return isPlace ? { lat, lon } : null;
}

export function areHours(from: string, until: string): boolean {
  return from !== "" && from < until;
}

export function hasRest(draft: Draft): boolean {
  return Number(draft.restMinutes) > 0;
}

/** Whether the draft says when; where from is `pointOf`. */
export function isTimed(draft: Draft): boolean {
  return areHours(draft.from, draft.until) && (!hasRest(draft) || areHours(draft.restFrom, draft.restUntil));
}

export function shiftOn(day: string, draft: Draft): Pick<Schemas["ShiftCreate"], "starts_at" | "ends_at" | "rest"> {
  const window = () => ({
    window_from: instantAt(day, draft.restFrom),
    window_to: instantAt(day, draft.restUntil),
  });
  return {
    starts_at: instantAt(day, draft.from),
    ends_at: instantAt(day, draft.until),
    rest: hasRest(draft) ? { minutes: Number(draft.restMinutes), ...window() } : null,
  };
}
