import type { Decision } from "../../api/problem";
import { Empty } from "../../ui/Empty";
import { span } from "../../ui/i18n/format";
import { Rules } from "../../ui/Rules";
import { TARGET } from "./drag";
import type { LeftOut, PlanDay } from "./load";
import type { Moving } from "./useMoving";
import { w } from "./words/words";

/** The visits that nobody makes, each with the reason. What is dropped here is taken out of the day. */
export function Unassigned(props: {
  left: readonly LeftOut[];
  value: PlanDay;
  moving: Moving;
  onOpen: (appointmentId: string) => void;
}) {
  const words = w().lane;
  return (
    <section class="card" aria-labelledby="plan-lane" {...(props.moving.canMove && { [TARGET]: "" })}>
      <h2 id="plan-lane">
        {words.title} {props.left.length > 0 && <span class="soft">{props.left.length}</span>}
      </h2>
      {props.left.length === 0 ? (
        <Empty title={words.empty} />
      ) : (
        <ul class="list">
          {props.left.map((drop) => (
            <Line key={drop.appointment_id} drop={drop} {...props} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ drop, value, moving, onOpen }: { drop: LeftOut; value: PlanDay; moving: Moving; onOpen: (id: string) => void }) {
  const words = w().lane;
  const id = drop.appointment_id;
  const one = value.appointments.get(id);
  return (
    <li class="line">
      <div class="row">
        <button
          type="button"
          id={`visit-${id}`}
          class={`plan-visit plan-loose chip-grey${moving.canMove ? " is-movable" : ""}`}
          onPointerDown={(event) => moving.canMove && moving.pick(event, id)}
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
