import type { Decision } from "../../api/problem";
import { Empty } from "../../ui/Empty";
import { span } from "../../ui/i18n/format";
import { Rules } from "../../ui/Rules";
import type { LeftOut, PlanDay } from "./load";
import { DRAGGED } from "./Round";
import type { Editing } from "./useEditing";
import { w } from "./words/words";

/** The visits that nobody makes, each with the reason. What is dropped here is taken out of the day. */
export function Unassigned(props: {
  left: readonly LeftOut[];
  value: PlanDay;
  editing: Editing;
  onOpen: (appointmentId: string) => void;
}) {
  const words = w().lane;
  const canEdit = props.editing.draft !== null;

  function drop(event: DragEvent): void {
    event.preventDefault();
    const id = event.dataTransfer?.getData(DRAGGED);
    if (id) void props.editing.move({ appointment_id: id, crew: null, position: null, not_before: null });
  }

  return (
    <section
      class="card"
      aria-labelledby="plan-lane"
      onDragOver={(event) => canEdit && event.preventDefault()}
      onDrop={(event) => canEdit && drop(event)}
    >
      <h2 id="plan-lane">
        {words.title} {props.left.length > 0 && <span class="soft">{props.left.length}</span>}
      </h2>
      {props.left.length === 0 ? (
        <Empty title={words.empty} />
      ) : (
        <ul class="list">
          {props.left.map((drop) => (
            <Line key={drop.appointment_id} drop={drop} {...props} canEdit={canEdit} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ drop, value, canEdit, onOpen }: { drop: LeftOut; value: PlanDay; canEdit: boolean; onOpen: (id: string) => void }) {
  const words = w().lane;
  const id = drop.appointment_id;
  const one = value.appointments.get(id);
  return (
    <li class="line" draggable={canEdit} onDragStart={(event) => event.dataTransfer?.setData(DRAGGED, id)}>
      <div class="row">
        <button
          type="button"
          id={`visit-${id}`}
          class="plan-visit plan-loose chip-grey"
          onClick={() => onOpen(id)}
        >
          <span aria-hidden="true">–</span> {one?.customer.name ?? w().board.unknown}
        </button>
        {one && (
          <span class="soft small">
            {w().visit.promised} {span(one.window_from, one.window_to)}
          </span>
        )}
      </div>
      <p class="small">{drop.decision ? words.law : (words.reasons[drop.reason] ?? words.other)}</p>
      {drop.decision && <Rules decision={drop.decision as unknown as Decision} />}
    </li>
  );
}
