/** The shifts and absences of one week, by person and day of the office's calendar. */
import { api, ask, type Schemas } from "../../api/client";
import { addDays } from "../../core/days";
import { calendarDay, instantAt } from "../../ui/i18n/format";
import { everybody, type User } from "../people";

export type Shift = Schemas["Shift"];
export type Absence = Schemas["Absence"];

export interface Week {
  days: readonly string[];
  collectors: readonly User[];
  teams: readonly Schemas["Team"][];
  shifts: readonly Shift[];
  absences: readonly Absence[];
}

export function daysFrom(monday: string): string[] {
  return Array.from({ length: 7 }, (_, day) => addDays(monday, day));
}

export async function loadWeek(monday: string): Promise<Week> {
  const range = { since: instantAt(monday, "00:00"), until: instantAt(addDays(monday, 7), "00:00") };
  const [collectors, teams, shifts, absences] = await Promise.all([
    everybody("collector"),
    ask(api.GET("/v1/teams")),
    ask(api.GET("/v1/shifts", { params: { query: range } })),
    ask(api.GET("/v1/absences", { params: { query: range } })),
  ]);
  return {
    days: daysFrom(monday),
    collectors,
    teams: teams.items,
    shifts: shifts.items.filter((shift) => shift.state === "planned"),
    absences: absences.items.filter((absence) => absence.state === "recorded"),
  };
}

export function shiftsOf(week: Week, collector: string, day: string): Shift[] {
  return week.shifts.filter((shift) => shift.collector_id === collector && calendarDay(shift.starts_at) === day);
}

/** Every absence that takes something of the day. */
export function absencesOf(week: Week, collector: string, day: string): Absence[] {
  const [from, until] = [instantAt(day, "00:00"), instantAt(addDays(day, 1), "00:00")].map(Date.parse);
  return week.absences.filter(
    (absence) =>
      absence.collector_id === collector &&
      Date.parse(absence.starts_at) < (until ?? 0) &&
      Date.parse(absence.ends_at) > (from ?? 0),
  );
}

/** Whether the absence leaves nothing of the day. */
export function coversDay(absence: Absence, day: string): boolean {
  return (
    Date.parse(absence.starts_at) <= Date.parse(instantAt(day, "00:00")) &&
    Date.parse(absence.ends_at) >= Date.parse(instantAt(addDays(day, 1), "00:00"))
  );
}
