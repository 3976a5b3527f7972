import { useEffect, useRef } from "preact/hooks";

import { time } from "../../ui/i18n/format";
import { toast } from "../../ui/Toast";
import { axisOf } from "./axis";
import { carry, TARGET } from "./drag";
import { movable, type Laid, type PlanDay } from "./load";
import type { Editing } from "./useEditing";
import { w } from "./words/words";

export interface Moving {
  canMove: boolean;
  /** The visit goes to the crew, at this turn of its round or where it costs least; null takes it out of the day. */
  move: (appointmentId: string, crew: string | null, turn: number | null) => Promise<void>;
  /** What the mouse presses is carried to where it is let go. */
  pick: (press: PointerEvent, appointmentId: string) => void;
}

/** Moves by key and by mouse. The visit that was moved stays the one in hand, wherever it went. */
export function useMoving(plan: Laid | null, value: PlanDay, editing: Editing): Moving {
  const moved = useRef<string | null>(null);
  useEffect(() => {
    if (moved.current) document.getElementById(`visit-${moved.current}`)?.focus();
    moved.current = null;
  }, [editing.draft?.version]);
  const canMove = editing.draft !== null;

  async function move(appointmentId: string, crew: string | null, turn: number | null): Promise<void> {
    if (!editing.draft || editing.isBusy) return;
    moved.current = appointmentId;
    const name = value.appointments.get(appointmentId)?.customer.name ?? "";
    const after = await editing.move({ appointment_id: appointmentId, crew, position: turn, not_before: null });
    if (!after) return;
    const visit = after.routes.flatMap((route) => route.visits).find((each) => each.appointment_id === appointmentId);
    toast(visit ? w().visit.moved(name, time(visit.start_at)) : w().visit.movedOut(name));
  }

  function pick(press: PointerEvent, appointmentId: string): void {
    if (!plan || !canMove) return;
    carry(press, (target, x) => {
      const crew = target.getAttribute(TARGET) || null;
      const isPlanned = plan.routes.some((route) => route.visits.some((visit) => visit.appointment_id === appointmentId));
      if (crew !== null) void move(appointmentId, crew, turnAt(plan, crew, appointmentId, target, x));
      else if (isPlanned) void move(appointmentId, null, null);
    });
  }

  return { canMove, move, pick };
}

/** How many visits to make begin before the hour that lies there. */
function turnAt(plan: Laid, crew: string, appointmentId: string, track: Element, x: number): number {
  const axis = axisOf(plan);
  const box = track.getBoundingClientRect();
  const at = axis.from + ((x - box.left) / box.width) * (axis.to - axis.from);
  return movable(plan, crew).filter((visit) => visit.appointment_id !== appointmentId && Date.parse(visit.start_at) < at).length;
}
