/** Instants, days and amounts as people write them, always in a named time zone, never in the browser's. */
import { signal } from "@preact/signals";

import type { Schemas } from "../../api/client";
import { language } from "./language";

/** The organisation's zone: for what belongs to no address. */
export const officeZone = signal("Asia/Shanghai");

const made = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = language.value === "zh" ? "zh-CN" : "en-GB";
  const key = locale + zone + JSON.stringify(options);
  let found = made.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: "h23", ...options });
    made.set(key, found);
  }
  return found;
}

const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
const DAY: Intl.DateTimeFormatOptions = { month: "short", day: "numeric", weekday: "short" };
const DATE: Intl.DateTimeFormatOptions = { year: "numeric", month: "short", day: "numeric" };

export function time(instant: string, zone = officeZone.value): string {
  return formatter(zone, TIME).format(new Date(instant));
}

export function timeToSecond(instant: string, zone = officeZone.value): string {
  return formatter(zone, { ...TIME, second: "2-digit" }).format(new Date(instant));
}

export function day(instant: string, zone = officeZone.value): string {
  return formatter(zone, DAY).format(new Date(instant));
}

export function dayTime(instant: string, zone = officeZone.value): string {
  return `${day(instant, zone)} ${time(instant, zone)}`;
}

/** From one instant to another: «Nov 25, 10:00–12:00». */
export function span(from: string, to: string, zone = officeZone.value): string {
  return `${time(from, zone)}–${time(to, zone)}`;
}

/** A day of the calendar, which lies in no zone. */
export function date(calendarDay: string): string {
  return formatter("UTC", DATE).format(new Date(`${calendarDay}T00:00:00Z`));
}

/** A day of the calendar with its weekday, without the year: «25 Nov, Wed». */
export function weekday(calendarDay: string): string {
  return formatter("UTC", DAY).format(new Date(`${calendarDay}T00:00:00Z`));
}

/** The calendar day at an instant, as the API writes it. */
export function calendarDay(instant: string, zone = officeZone.value): string {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).formatToParts(new Date(instant));
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** The instant at which a wall clock of `zone` shows `hhmm` on a day. */
export function instantAt(calendarDay: string, hhmm: string, zone = officeZone.value): string {
  const wall = Date.parse(`${calendarDay}T${hhmm}:00Z`);
  // The offset at a first guess is the right one, unless the clock is put forward or back in between.
  let instant = wall - offsetMs(wall, zone);
  instant = wall - offsetMs(instant, zone);
  return new Date(instant).toISOString();
}

function offsetMs(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(new Date(instant));
  const value = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  const wall = Date.UTC(value("year"), value("month") - 1, value("day"), value("hour"), value("minute"), value("second"));
  return wall - Math.floor(instant / 1000) * 1000;
}

/** An amount, exactly: minor units are whole numbers, and no amount passes through a fraction. */
export function money({ amount_minor, currency }: Schemas["Money"]): string {
  const locale = language.value === "zh" ? "zh-CN" : "en-GB";
  const format = new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  const text = String(Math.abs(amount_minor)).padStart(digits + 1, "0");
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return format.format(`${amount_minor < 0 ? "-" : ""}${whole}` as Intl.StringNumericLiteral);
}

export function bytes(length: number): string {
  const kilo = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
  return length < 1_000_000 ? `${kilo.format(length / 1000)} KB` : `${kilo.format(length / 1_000_000)} MB`;
}
