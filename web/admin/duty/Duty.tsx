import { useState } from "preact/hooks";

import { addDays, isDay, mondayOf } from "../../core/days";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { Select } from "../../ui/Field";
import { calendarDay, date } from "../../ui/i18n/format";
import { Loaded, useLoading } from "../../ui/load";
import { me } from "../../ui/me";
import { to } from "../../ui/route";
import { w } from "../words/words";
import { AbsenceDialog } from "./AbsenceDialog";
import { ShiftDialog } from "./ShiftDialog";
import { loadWeek, type Week } from "./week";
import { WeekTable } from "./WeekTable";

export interface Place {
  collector: string;
  day: string;
}

/** Who works when: one week as a table, to be filled, and taken back with a reason. */
export function Duty({ asked }: { asked: string | undefined }) {
  const today = calendarDay(me.value?.now ?? new Date().toISOString());
  const monday = mondayOf(asked && isDay(asked) ? asked : today);
  const loaded = useLoading(monday, () => loadWeek(monday));
  const words = w().duty;
  return (
    <>
      <div class="page-head">
        <div>
          <h1>{words.title}</h1>
          <p class="soft">
            {date(monday)} – {date(addDays(monday, 6))}
          </p>
        </div>
        <nav class="row weeks" aria-label={words.weeks}>
          <a class="button" href={to("duty", addDays(monday, -7))}>
            ← {words.before}
          </a>
          <a class="button" href={to("duty", mondayOf(today))}>
            {words.now}
          </a>
          <a class="button" href={to("duty", addDays(monday, 7))}>
            {words.after} →
          </a>
        </nav>
      </div>
      <Loaded from={loaded} lines={8}>
        {(week) => <Board key={monday} week={week} today={today} onChange={loaded.reload} />}
      </Loaded>
    </>
  );
}

function Board(props: { week: Week; today: string; onChange: () => Promise<void> }) {
  const { week, today, onChange } = props;
  const [team, setTeam] = useState("");
  const [place, setPlace] = useState<Place | null>(null);
  const [isAbsent, setAbsent] = useState(false);
  const words = w().duty;
  const members = week.teams.find((each) => each.id === team)?.members;
  const collectors = week.collectors.filter((user) => !members || members.includes(user.id));
  const someday = week.days.includes(today) ? today : (week.days[0] ?? today);

  if (week.collectors.length === 0) return <Empty title={words.none}>{words.noneHint}</Empty>;
  return (
    <>
      <div class="card filters duty-filters">
        <Select
          label={words.team}
          value={team}
          onValue={setTeam}
          options={[["", words.everybody], ...week.teams.map((each) => [each.id, each.name] as const)]}
        />
        <Button kind="primary" onClick={() => setPlace({ collector: "", day: someday })}>
          {words.addShift}
        </Button>
        <Button onClick={() => setAbsent(true)}>{words.addAbsence}</Button>
      </div>
      <section class="card week" aria-label={words.title}>
        {collectors.length === 0 ? (
          <Empty title={words.emptyTeam} />
        ) : (
          <WeekTable week={week} collectors={collectors} today={today} onAdd={setPlace} onChange={onChange} />
        )}
      </section>
      {place && (
        <ShiftDialog
          week={week}
          collectors={collectors}
          place={place}
          today={today}
          onChange={onChange}
          onClose={() => setPlace(null)}
        />
      )}
      {isAbsent && (
        <AbsenceDialog collectors={collectors} day={someday} onChange={onChange} onClose={() => setAbsent(false)} />
      )}
    </>
  );
}
