import type { Schemas } from "../../api/client";
import { span, time } from "../../ui/i18n/format";
import type { Tone } from "../../ui/StatusChip";
import { contains, place, type Axis } from "./axis";
import { TARGET } from "./drag";
import { stateOf, type Laid, type Planned, type PlanDay } from "./load";
import type { Moving } from "./useMoving";
import { w } from "./words/words";

export interface RoundProps {
  crew: Schemas["PlanCrew"] & Partial<Pick<Schemas["CrewOfDay"], "works_from" | "works_to">>;
  label: string;
  plan: Laid;
  value: PlanDay;
  axis: Axis;
  /** The visits that the draft moves. */
  changed: ReadonlySet<string>;
  moving: Moving;
  onOpen: (appointmentId: string) => void;
  onKey: (event: KeyboardEvent, appointmentId: string) => void;
}

/** One crew's day: the shift, the ways, the breaks and the visits in their hours. */
export function Round(props: RoundProps) {
  const { crew, label, plan, axis, value } = props;
  const words = w().board;
  const route = plan.routes.find((each) => each.crew.name === crew.name);
  const told = route ? words.visits(route.visits.length, w().hours(Math.round(route.travel_s / 60))) : words.free;

  return (
    <div class="plan-row">
      <div class="plan-who">
        <h3>{label}</h3>
        <p class="soft small">
          {told}
          {crew.works_from && crew.works_to && (
            <span class="plan-shift-word"> · {words.works(time(crew.works_from), time(crew.works_to))}</span>
          )}
        </p>
        {route?.slack && <Slack slack={route.slack} value={value} />}
      </div>
      <div class="plan-track" {...(props.moving.canMove && { [TARGET]: crew.name })}>
        {crew.works_from && crew.works_to && (
          <span class="plan-shift" aria-hidden="true" style={place(axis, crew.works_from, crew.works_to)} />
        )}
        {axis.hours.map((hour) => (
          <span key={hour} class="plan-line" aria-hidden="true" style={{ left: place(axis, hour).left }} />
        ))}
        {contains(axis, value.now) && <span class="plan-now" aria-hidden="true" style={{ left: place(axis, value.now).left }} />}
        {route?.breaks.map((rest) => (
          <span key={rest.start_at} class="plan-rest" title={words.rest(time(rest.start_at), time(rest.end_at))} style={place(axis, rest.start_at, rest.end_at)} />
        ))}
        {route?.visits.map((visit) => (
          <span
            key={visit.appointment_id}
            class="plan-way"
            aria-hidden="true"
            style={place(axis, Date.parse(visit.arrive_at) - visit.travel_s * 1000, visit.arrive_at)}
          />
        ))}
        {route && route.visits.length > 0 && (
          <ol class="plan-visits">
            {route.visits.map((visit) => (
              <li key={visit.appointment_id} style={place(axis, visit.start_at, visit.end_at)}>
                <VisitButton {...props} visit={visit} />
              </li>
            ))}
          </ol>
        )}
      </div>
    </div>
  );
}

const TIGHT_S = 600;

/** Which delay makes nobody late, and whom one more would. */
function Slack({ slack, value }: { slack: Schemas["Slack"]; value: PlanDay }) {
  const name = slack.at_risk === null ? null : (value.appointments.get(slack.at_risk)?.customer.name ?? w().board.unknown);
  return (
    <p class={`small ${slack.slack_s < TIGHT_S ? "plan-tight" : "soft"}`}>
      {w().board.slack(w().hours(Math.floor(slack.slack_s / 60)), name)}
    </p>
  );
}

const TONES: Record<string, [Tone, string]> = { planned: ["blue", "○"], under_way: ["amber", "▶"], done: ["green", "✓"] };

function VisitButton({ visit, value, changed, moving, onOpen, onKey }: RoundProps & { visit: Planned }) {
  const words = w().board;
  const id = visit.appointment_id;
  const state = stateOf(visit, value);
  const [tone, shape] = TONES[state] ?? ["grey", "–"];
  const name = value.appointments.get(id)?.customer.name ?? words.unknown;
  const isChanged = changed.has(id);
  const canMove = moving.canMove && state === "planned";
  const marks = [words.states[state], visit.is_pinned && words.pinned, isChanged && words.changed].filter(Boolean).join("，");
  const hours = span(visit.start_at, visit.end_at);
  return (
    <button
      type="button"
      id={`visit-${id}`}
      class={`plan-visit chip-${tone}${isChanged ? " is-changed" : ""}${canMove ? " is-movable" : ""}`}
      title={`${hours} ${name} ${marks}`}
      aria-describedby="plan-help"
      onClick={() => onOpen(id)}
      onPointerDown={(event) => canMove && moving.pick(event, id)}
      onKeyDown={(event) => moving.canMove && onKey(event, id)}
    >
      <span aria-hidden="true">{shape}</span> <span class="plan-time">{time(visit.start_at)}</span> <span class="plan-name">{name}</span>
      {visit.is_pinned && <span aria-hidden="true"> ⌖</span>}
      <span class="sr-only">
        {" "}
        {hours} {marks}
      </span>
    </button>
  );
}
