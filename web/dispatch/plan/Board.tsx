import { time } from "../../ui/i18n/format";
import { axisOf, contains, place, type Axis } from "./axis";
import { crewName, movable, type Laid, type PlanDay } from "./load";
import { Round } from "./Round";
import type { Moving } from "./useMoving";
import { w } from "./words/words";

export interface BoardProps {
  plan: Laid;
  value: PlanDay;
  moving: Moving;
  isBusy: boolean;
  onOpen: (appointmentId: string) => void;
}

/** Collectors by hours. A visit can be dragged; every move has its key, and the menu behind a visit has them all. */
export function Board({ plan, value, moving, isBusy, onOpen }: BoardProps) {
  const words = w().board;
  const axis = axisOf(plan);
  const { move } = moving;
  const changed = new Set(moving.canMove ? plan.changes.map((change) => change.appointment_id) : []);
  const crews = plan.crews.length > 0 ? plan.crews : plan.routes.map((route) => route.crew);
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
    <section class="card plan-card" aria-labelledby="plan-board" aria-busy={isBusy}>
      <h2 id="plan-board">{words.title}</h2>
      <p class="soft small plan-help" id="plan-help">
        {moving.canMove && <span class="plan-keys">{words.help}</span>} <span>{words.look}</span> <span>{words.slackHint}</span>
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
              changed={changed}
              moving={moving}
              onOpen={onOpen}
              onKey={(event, id) => press(event, id, crew.name)}
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
