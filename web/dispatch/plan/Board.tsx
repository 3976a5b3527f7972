import { useEffect, useRef } from "preact/hooks";

import { time } from "../../ui/i18n/format";
import { toast } from "../../ui/Toast";
import { axisOf, contains, place, type Axis } from "./axis";
import { crewName, movable, type Laid, type PlanDay } from "./load";
import { Round } from "./Round";
import type { Editing } from "./useEditing";
import { w } from "./words/words";

export interface BoardProps {
  plan: Laid;
  value: PlanDay;
  editing: Editing;
  onOpen: (appointmentId: string) => void;
}

/** Collectors by hours. A visit can be dragged; every move has its key, and the menu behind a visit has them all. */
export function Board({ plan, value, editing, onOpen }: BoardProps) {
  const words = w().board;
  const axis = axisOf(plan);
  const crews = plan.crews.length > 0 ? plan.crews : plan.routes.map((route) => route.crew);
  const moved = useRef<string | null>(null);
  useEffect(() => {
    // The visit that was moved stays the one in hand, wherever it went.
    if (moved.current) document.getElementById(`visit-${moved.current}`)?.focus();
    moved.current = null;
  }, [editing.draft?.version]);

  async function move(appointmentId: string, crew: string | null, position: number | null): Promise<void> {
    if (!editing.draft || editing.isBusy) return;
    moved.current = appointmentId;
    const name = value.appointments.get(appointmentId)?.customer.name ?? "";
    const after = await editing.move({ appointment_id: appointmentId, crew, position, not_before: null });
    if (!after) return;
    const visit = after.routes.flatMap((route) => route.visits).find((each) => each.appointment_id === appointmentId);
    toast(visit ? w().visit.moved(name, time(visit.start_at)) : w().visit.movedOut(name));
  }

  function press(event: KeyboardEvent, appointmentId: string, crew: string): void {
    const turn = movable(plan, crew).findIndex((visit) => visit.appointment_id === appointmentId);
    const row = crews.findIndex((each) => each.name === crew);
    const other = (step: number) => crews[row + step]?.name;
    const up = other(-1);
    const down = other(1);
    const moves: Record<string, (() => Promise<void>) | undefined> = {
      ArrowLeft: turn > 0 ? () => move(appointmentId, crew, turn - 1) : undefined,
      ArrowRight: turn < movable(plan, crew).length - 1 ? () => move(appointmentId, crew, turn + 1) : undefined,
      ArrowUp: up ? () => move(appointmentId, up, null) : undefined,
      ArrowDown: down ? () => move(appointmentId, down, null) : undefined,
      Delete: () => move(appointmentId, null, null),
    };
    if (turn < 0 || !(event.key in moves)) return;
    event.preventDefault();
    void moves[event.key]?.();
  }

  return (
    <section class="card plan-card" aria-labelledby="plan-board" aria-busy={editing.isBusy}>
      <h2 id="plan-board">{words.title}</h2>
      <p class="soft small plan-help" id="plan-help">
        {editing.draft && <span class="plan-keys">{words.help}</span>} <span>{words.look}</span>
      </p>
      <div class="plan-board">
        <Hours axis={axis} now={value.now} />
        {crews.map((crew) => (
            <Round
              key={crew.name}
              crew={crew}
              label={crewName(crew, value.names)}
              plan={plan}
              value={value}
              axis={axis}
              canEdit={editing.draft !== null}
              onOpen={onOpen}
              onKey={(event, id) => press(event, id, crew.name)}
              onDrop={(id, turn) => move(id, crew.name, turn)}
            />
        ))}
      </div>
    </section>
  );
}

function Hours({ axis, now }: { axis: Axis; now: string }) {
  return (
    <div class="plan-row plan-hours" aria-hidden="true">
      <span />
      <div class="plan-track">
        {axis.hours.slice(0, -1).map((hour) => (
          <span key={hour} class="plan-hour" style={place(axis, hour)}>
            {time(hour)}
          </span>
        ))}
        {contains(axis, now) && <span class="plan-now-label" style={{ left: place(axis, now).left }}>{w().board.now(time(now))}</span>}
      </div>
    </div>
  );
}
