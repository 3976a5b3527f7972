import { api, ask, keyed, on, type Schemas } from "../../api/client";
import type { Draft } from "./load";

export type Move = Schemas["Move"];

export function moveIn(draft: Draft, move: Move): Promise<Draft> {
  const params = { path: { draft_id: draft.id }, header: { ...keyed, ...on(draft) } };
  return ask(api.POST("/v1/plans/drafts/{draft_id}/moves", { params, body: move }));
}

export function pinIn(draft: Draft, appointmentId: string, isPinned: boolean): Promise<Draft> {
  const params = { path: { draft_id: draft.id }, header: { ...keyed, ...on(draft) } };
  const body = { appointment_id: appointmentId, is_pinned: isPinned };
  return ask(api.POST("/v1/plans/drafts/{draft_id}/pins", { params, body }));
}
