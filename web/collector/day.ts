import { computed } from "@preact/signals";

import type { Removal } from "../api/sync";
import { addDays } from "../core/days";
import { slice, stops, type Stop } from "../store/live";
import { serverNow } from "../store/now";
import { visitOf, type Visit } from "../store/visit";
import { calendarDay } from "../ui/i18n/format";
import { me } from "../ui/me";

/** A stop with what happened there, as far as this phone knows. */
export interface Call {
  stop: Stop;
  visit: Visit | null;
}

export const calls = computed<readonly Call[] | null>(
  () => stops.value && stops.value.map((stop) => ({ stop, visit: visitOf(stop) })),
);

export function callOf(appointmentId: string): Call | undefined {
  return calls.value?.find(({ stop }) => stop.id === appointmentId);
}

export function today(): string {
  return calendarDay(serverNow(), slice.value?.timezone);
}

export function dayAfter(day: string, days = 1): string {
  return addDays(day, days);
}

export function zoneOf(stop: Stop): string | undefined {
  return stop.address.zones[0];
}

export function isUnderWay({ visit }: Call): boolean {
  return visit?.state === "departed" || visit?.state === "arrived";
}

export function isOver({ stop, visit }: Call): boolean {
  return ["kept", "missed"].includes(stop.state) || ["finished", "aborted"].includes(visit?.state ?? "");
}

/** Why nobody is expected there any more from this person; null if they are. */
export function goneBy(stop: Stop): Removal | null {
  if (stop.removed) return stop.removed;
  if (stop.state === "cancelled" || stop.state === "suspended") return stop.state;
  return stop.crew.every((member) => member.collector_id !== me.value?.user) ? "reassigned" : null;
}

/** The customer is there and known to be who they are; what concerns their debt is for nobody else. */
export function isWithTheCustomer(visit: Visit): boolean {
  return visit.state === "arrived" && visit.met === "self" && visit.proof !== "none";
}

/** What the office's rules say of this minute, as it told them with the visit; its first word holds until then, too. */
export function verdictNow(stop: Stop): Stop["verdicts"][number] | undefined {
  const now = Date.parse(serverNow());
  return stop.verdicts.find((each) => now < Date.parse(each.to));
}

/** When the rules allow it next, as far as they were told: three days. */
export function nextLawful(stop: Stop): string | null {
  const now = Date.parse(serverNow());
  return stop.verdicts.find((each) => Date.parse(each.from) > now && each.verdict !== "refuse")?.from ?? null;
}

/** Whoever goes along, without oneself. */
export function partners(stop: Stop): string[] {
  return stop.crew.filter((member) => member.collector_id !== me.value?.user).map((each) => each.name ?? each.badge ?? "");
}
