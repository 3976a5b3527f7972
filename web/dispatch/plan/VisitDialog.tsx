import { useState } from "preact/hooks";

import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field, Select } from "../../ui/Field";
import { instantAt, span, time } from "../../ui/i18n/format";
import { to } from "../../ui/route";
import { toast } from "../../ui/Toast";
import { crewName, movable, stateOf, type Appointment, type Laid, type PlanDay } from "./load";
import type { Editing } from "./useEditing";
import { w } from "./words/words";

interface Props {
  id: string;
  plan: Laid | null;
  value: PlanDay;
  editing: Editing;
  onClose: () => void;
}

/** One visit of the day: what was promised, who goes when; in a draft also everything that can be done with it. */
export function VisitDialog(props: Props) {
  const { id, plan, value, editing } = props;
  const words = w().visit;
  const one = value.appointments.get(id);
  const route = plan?.routes.find((each) => each.visits.some((visit) => visit.appointment_id === id));
  const visit = route?.visits.find((each) => each.appointment_id === id);
  const close = () => {
    editing.forget();
    props.onClose();
  };
  const isMade = visit !== undefined && stateOf(visit, value) !== "planned";
  return (
    <Dialog title={one?.customer.name ?? w().board.unknown} onClose={close}>
      <div class="stack">
        <dl class="facts">
          {one && <Promised one={one} />}
          {route && visit && (
            <>
              <dt>{words.planned}</dt>
              <dd class="strong">{span(visit.start_at, visit.end_at)}</dd>
              <dt>{words.crew}</dt>
              <dd>
                {crewName(route.crew, value.names)} {visit.is_pinned && <span class="soft">· {w().board.pinned}</span>}
              </dd>
              <dt>{words.travel}</dt>
              <dd>
                {w().hours(Math.round(visit.travel_s / 60))} · {w().km((visit.travel_m / 1000).toFixed(1))}
                {visit.is_estimate && <span class="soft"> · {w().travel.estimated}</span>}
              </dd>
            </>
          )}
        </dl>
        {one && <a href={to("cases", one.case_id)}>{words.toCase}</a>}
        {editing.draft && isMade && <p class="note note-blue">{words.made}</p>}
        {editing.draft && one && !isMade && (
          <Placing {...props} draftPlan={editing.draft} one={one} crew={route?.crew.name ?? null} isPinned={visit?.is_pinned ?? false} onDone={close} />
        )}
      </div>
    </Dialog>
  );
}

function Promised({ one }: { one: Appointment }) {
  const words = w().visit;
  const { street, house_number: number, unit, city } = one.address;
  return (
    <>
      <dt>{words.promised}</dt>
      <dd>{span(one.window_from, one.window_to)}</dd>
      <dt>{words.minutes}</dt>
      <dd>{words.minutesOf(one.service_minutes)}</dd>
      <dt>{words.address}</dt>
      <dd>{[city, street, number, unit].filter(Boolean).join(" ")}</dd>
    </>
  );
}

const BEST = "best";

function Placing(
  props: Props & { draftPlan: Laid; one: Appointment; crew: string | null; isPinned: boolean; onDone: () => void },
) {
  const { id, value, editing, draftPlan: plan, one } = props;
  const words = w().visit;
  const name = one.customer.name ?? "";
  const [crew, setCrew] = useState(props.crew ?? plan.crews[0]?.name ?? "");
  const [turn, setTurn] = useState(BEST);
  const [notBefore, setNotBefore] = useState("");
  const others = movable(plan, crew).filter((visit) => visit.appointment_id !== id);
  const turns: [string, string][] = [
    [BEST, words.best],
    ["0", words.first],
    ...others.map((visit, number): [string, string] => [
      String(number + 1),
      words.afterOf(value.appointments.get(visit.appointment_id)?.customer.name ?? "", time(visit.start_at)),
    ]),
  ];

  async function move(to: string | null): Promise<void> {
    const after = await editing.move({
      appointment_id: id,
      crew: to,
      position: to === null || turn === BEST ? null : Number(turn),
      not_before: to !== null && notBefore ? instantAt(value.day, notBefore) : null,
    });
    if (!after) return;
    const visit = after.routes.flatMap((route) => route.visits).find((each) => each.appointment_id === id);
    toast(visit ? words.moved(name, time(visit.start_at)) : words.movedOut(name));
    props.onDone();
  }

  async function pin(): Promise<void> {
    if (!(await editing.pin(id, !props.isPinned))) return;
    toast(props.isPinned ? words.unpinnedToast : words.pinnedToast);
    props.onDone();
  }

  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void move(crew);
      }}
    >
      <Select
        label={words.assign}
        value={crew}
        onValue={(value) => {
          setCrew(value);
          setTurn(BEST);
        }}
        options={plan.crews.map((each) => [each.name, crewName(each, value.names)] as const)}
      />
      <Select label={words.position} value={turn} onValue={setTurn} options={turns} />
      <Field label={words.notBefore} hint={words.notBeforeHint} type="time" value={notBefore} onValue={setNotBefore} />
      {editing.error !== undefined && <ErrorBox error={editing.error}>{editing.told}</ErrorBox>}
      <div class="actions">
        <Button kind="primary" type="submit" isBusy={editing.isBusy} isDisabled={crew === ""}>
          {words.go}
        </Button>
        {props.crew !== null && (
          <>
            <Button isBusy={editing.isBusy} onClick={pin}>
              {props.isPinned ? words.unpin : words.pin}
            </Button>
            <Button isBusy={editing.isBusy} onClick={() => move(null)}>
              {words.out}
            </Button>
          </>
        )}
      </div>
    </form>
  );
}
