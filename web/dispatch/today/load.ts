import { api, ask, type Schemas } from "../../api/client";
import { every } from "../../api/pages";
import { calendarDay, instantAt } from "../../ui/i18n/format";

export interface Row {
  id: string;
  name: string | null;
  badge: string | null;
  live: Schemas["Live"] | null;
  appointments: Schemas["Appointment"][];
  done: number;
  refusals: number;
  alerts: number;
}

export interface Day {
  at: string;
  rows: Row[];
  alerts: Schemas["Alert"][];
  refusals: Schemas["Refusal"][];
  visits: Map<string, Schemas["Visit"]>;
  appointments: number;
  done: number;
  inTheField: number;
}

const NOBODY = "nobody";

/** The day as it stands: what is promised, what the field does, what the rules refused, what needs somebody. */
export async function loadDay(): Promise<Day> {
  const field = await ask(api.GET("/v1/field"));
  const since = instantAt(calendarDay(field.at), "00:00");
  const until = instantAt(calendarDay(new Date(Date.parse(since) + 26 * 3_600_000).toISOString()), "00:00");
  const [appointments, visits, refusals, open, taken] = await Promise.all([
    every((cursor) => api.GET("/v1/appointments", { params: { query: { since, until, limit: 200, ...cursor } } })),
    every((cursor) => api.GET("/v1/visits", { params: { query: { since, until, limit: 200, ...cursor } } })),
    every((cursor) => api.GET("/v1/refusals", { params: { query: { since, limit: 200, ...cursor } } })),
    every((cursor) => api.GET("/v1/alerts", { params: { query: { state: "open", limit: 200, ...cursor } } })),
    every((cursor) => api.GET("/v1/alerts", { params: { query: { state: "acknowledged", limit: 200, ...cursor } } })),
  ]);
  const standing = appointments.filter((each) => !["cancelled", "expired"].includes(each.state));
  return {
    at: field.at,
    rows: rowsOf(field.items, standing, visits, refusals, open),
    alerts: [...open, ...taken],
    refusals,
    visits: new Map(visits.map((visit) => [visit.appointment_id, visit])),
    appointments: standing.length,
    done: standing.filter((each) => each.state === "kept").length,
    inTheField: field.items.filter((each) => each.doing !== "free").length,
  };
}

function rowsOf(
  field: Schemas["Live"][],
  appointments: Schemas["Appointment"][],
  visits: Schemas["Visit"][],
  refusals: Schemas["Refusal"][],
  alerts: Schemas["Alert"][],
): Row[] {
  const rows = new Map<string, Row>();
  const empty = { live: null, done: 0, refusals: 0, alerts: 0 };
  for (const live of field) {
    const { collector_id: id, name, badge } = live;
    rows.set(id, { ...empty, id, name, badge, live, appointments: [] });
  }
  const rowOf = (id: string) => {
    const found = rows.get(id) ?? { ...empty, id, name: null, badge: null, appointments: [] };
    rows.set(id, found);
    return found;
  };
  const leads = new Map<string, string>();
  for (const appointment of appointments) {
    const lead = appointment.crew.find((member) => member.role === "lead")?.collector_id ?? NOBODY;
    leads.set(appointment.case_id, lead);
    const row = rowOf(lead);
    row.appointments.push(appointment);
    if (appointment.state === "kept") row.done += 1;
  }
  for (const refusal of refusals) {
    const id = leads.get(refusal.case_id) ?? refusal.collector_id;
    if (id && rows.has(id)) rowOf(id).refusals += 1;
  }
  const leadOfVisit = new Map(visits.map((visit) => [visit.id, visit.lead_id]));
  for (const alert of alerts) {
    const id = leadOfVisit.get(alert.about_id) ?? (alert.case_id ? leads.get(alert.case_id) : undefined);
    if (id && rows.has(id)) rowOf(id).alerts += 1;
  }
  for (const row of rows.values()) row.appointments.sort((a, b) => startOf(a).localeCompare(startOf(b)));
  // Who needs somebody's eye first, then those at work, then the rest.
  const rank = (row: Row) => (row.id === NOBODY ? 0 : row.alerts ? 1 : row.appointments.length ? 2 : 3);
  return [...rows.values()].sort((a, b) => rank(a) - rank(b));
}

export function startOf(appointment: Schemas["Appointment"]): string {
  return appointment.planned_from ?? appointment.window_from;
}
