import { api, ask, type Schemas } from "../../api/client";
import { every } from "../../api/pages";
import { addDays } from "../../core/days";
import { instantAt } from "../../ui/i18n/format";

export type Appointment = Schemas["Appointment"];
export type Draft = Schemas["Draft"];
export type Published = Schemas["Plan"];
export type Run = Schemas["PlanRun"];
export type Planned = Schemas["PlannedVisit"];
export type LeftOut = Pick<Schemas["LeftOut"], "appointment_id" | "reason" | "sentence" | "decision">;

/** What both a draft and a published plan show. */
export type Laid = Pick<Draft, "id" | "crews" | "routes" | "dropped" | "travel" | "notes" | "changes" | "figures" | "figures_before" | "price">;

export interface PlanDay {
  /** The server's clock, by which «now» is drawn. */
  now: string;
  day: string;
  published: Published | null;
  draft: Draft | null;
  runs: readonly Run[];
  appointments: ReadonlyMap<string, Appointment>;
  names: ReadonlyMap<string, string>;
  /** The visits that somebody makes at this moment. */
  underWay: ReadonlySet<string>;
}

/** A day with what is promised, published and drafted; runs and drafts only for whoever may plan. */
export async function loadPlanDay(day: string, draftId: string | null, mayDraft: boolean): Promise<PlanDay> {
  const since = instantAt(day, "00:00");
  const until = instantAt(addDays(day, 1), "00:00");
  const [field, plans, appointments, runs, draft] = await Promise.all([
    ask(api.GET("/v1/field")),
    ask(api.GET("/v1/plans", { params: { query: { day } } })),
    every((cursor) => api.GET("/v1/appointments", { params: { query: { since, until, limit: 200, ...cursor } } })),
    mayDraft ? ask(api.GET("/v1/plans/runs", { params: { query: { day } } })) : { items: [] },
    draftId !== null && mayDraft
      ? ask(api.GET("/v1/plans/drafts/{draft_id}", { params: { path: { draft_id: draftId } } }))
      : null,
  ]);
  return {
    now: field.at,
    day,
    published: plans.items.find((plan) => plan.state === "published") ?? null,
    draft,
    runs: runs.items,
    appointments: new Map(appointments.map((each) => [each.id, each])),
    names: new Map(field.items.map((live) => [live.collector_id, live.name ?? live.badge ?? ""])),
    underWay: new Set(field.items.flatMap((live) => live.appointment_id ?? [])),
  };
}

const BINDING = ["proposed", "noticed", "confirmed"];

/** What has no place in a plan: what it leaves out, and what was booked since it was made. */
export function leftOut(plan: Laid | null, { day, appointments }: PlanDay): LeftOut[] {
  const planned = new Set(plan?.routes.flatMap((route) => route.visits.map((visit) => visit.appointment_id)));
  const dropped = plan?.dropped ?? [];
  const known = new Set(dropped.map((drop) => drop.appointment_id));
  const begins = instantAt(day, "00:00");
  const fresh = [...appointments.values()].filter(
    (one) =>
      BINDING.includes(one.state) &&
      Date.parse(one.window_from) >= Date.parse(begins) &&
      !planned.has(one.id) &&
      !known.has(one.id),
  );
  return [
    ...dropped.filter((drop) => appointments.has(drop.appointment_id)),
    ...fresh.map((one) => ({ appointment_id: one.id, reason: "new", sentence: "", decision: null })),
  ];
}

/** A crew in words that people use: names, or else the badges of the plan. */
export function crewName(crew: Pick<Schemas["PlanCrew"], "name" | "lead_id" | "partner_id">, names: PlanDay["names"]): string {
  const people = [crew.lead_id, ...(crew.partner_id ? [crew.partner_id] : [])];
  const told = people.map((id) => names.get(id));
  return told.every(Boolean) ? told.join(" + ") : crew.name;
}

/** How a visit of a plan stands now. */
export function stateOf(visit: Planned, { appointments, underWay }: PlanDay): "planned" | "under_way" | "done" {
  if (underWay.has(visit.appointment_id)) return "under_way";
  if (visit.happened !== null) return visit.happened as "under_way" | "done";
  return ["kept", "missed"].includes(appointments.get(visit.appointment_id)?.state ?? "") ? "done" : "planned";
}

/** The visits of a crew that can still be moved, in their turns. */
export function movable(plan: Laid, crew: string): Planned[] {
  const route = plan.routes.find((each) => each.crew.name === crew);
  return route?.visits.filter((visit) => visit.happened === null) ?? [];
}
