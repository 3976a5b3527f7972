import { api, ask, type Schemas } from "../api/client";
import { every } from "../api/pages";
import { addDays } from "../core/days";
import { calendarDay, instantAt } from "../ui/i18n/format";
import { me } from "../ui/me";

export type Stop = Schemas["Stop"];
export type Visit = Schemas["Visit"];

export interface Day {
  day: string;
  stops: Stop[];
  visits: Map<string, Visit>;
}

/** One's own day, with what already happened on it, by appointment. */
export async function loadDay(day: string): Promise<Day> {
  const own = await ask(api.GET("/v1/me/day", { params: { query: { day } } }));
  const since = instantAt(own.day, "00:00", own.timezone);
  const visits = await every((cursor) =>
    api.GET("/v1/visits", {
      params: { query: { collector_id: me.value?.user ?? "", since, limit: 200, ...cursor } },
    }),
  );
  return { day: own.day, stops: own.visits, visits: new Map(visits.map((visit) => [visit.appointment_id, visit])) };
}

export function today(): string {
  return calendarDay(me.value?.now ?? new Date().toISOString());
}

export function dayAfter(day: string): string {
  return addDays(day, 1);
}

export function zoneOf(stop: Stop): string | undefined {
  return stop.address.zones[0];
}

export function isOver(stop: Stop, visit: Visit | undefined): boolean {
  return ["kept", "missed"].includes(stop.state) || ["finished", "aborted"].includes(visit?.state ?? "");
}

/** The customer is there and known to be who they are; what concerns their debt is for nobody else. */
export function isWithTheCustomer(visit: Visit): boolean {
  return visit.state === "arrived" && visit.person_met === "self" && visit.identity_proof !== "none";
}
