import { useState } from "preact/hooks";

import { api, ask, keyed } from "../../api/client";
import { dayTime, span, weekday } from "../../ui/i18n/format";
import { ReasonDialog } from "../../ui/ReasonDialog";
import { to } from "../../ui/route";
import { Table, type Column } from "../../ui/Table";
import { toast } from "../../ui/Toast";
import { nameOf, type User } from "../people";
import { w } from "../words/words";
import type { Place } from "./Duty";
import { absencesOf, coversDay, shiftsOf, type Absence, type Shift, type Week } from "./week";

type Taken = { shift: Shift } | { absence: Absence };

/** A row a person, a column a day: what stands there can be taken back, and what does not can be added. */
export function WeekTable(props: {
  week: Week;
  collectors: readonly User[];
  today: string;
  onAdd: (place: Place) => void;
  onChange: () => Promise<void>;
}) {
  const { week, collectors, today, onAdd, onChange } = props;
  const [taken, setTaken] = useState<Taken | null>(null);
  const words = w().duty;

  async function withdraw(reason: string): Promise<void> {
    if (!taken) return;
    if ("shift" in taken) {
      const params = { path: { shift_id: taken.shift.id }, header: keyed };
      await ask(api.POST("/v1/shifts/{shift_id}/withdrawal", { params, body: { reason } }));
    } else {
      const params = { path: { absence_id: taken.absence.id }, header: keyed };
      await ask(api.POST("/v1/absences/{absence_id}/withdrawal", { params, body: { reason } }));
    }
    toast(words.withdrawn);
    await onChange();
  }

  const columns: Column<User>[] = [
    {
      head: words.collector,
      cell: (user) => (
        <a class="strong" href={to("users", user.id)}>
          <bdi>{nameOf(user)}</bdi>
        </a>
      ),
    },
    ...week.days.map((day) => ({
      head: weekday(day),
      cell: (user: User) => (
        <div class="duty-day">
          {shiftsOf(week, user.id, day).map((shift) => (
            <button key={shift.id} type="button" class="duty-piece chip-blue" onClick={() => setTaken({ shift })}>
              {span(shift.starts_at, shift.ends_at)}
            </button>
          ))}
          {absencesOf(week, user.id, day).map((absence) => (
            <button key={absence.id} type="button" class="duty-piece chip-amber" onClick={() => setTaken({ absence })}>
              {coversDay(absence, day) ? words.absent : `${words.absent} ${span(absence.starts_at, absence.ends_at)}`}
            </button>
          ))}
          {day >= today && (
            <button
              type="button"
              class="duty-add"
              aria-label={words.addFor(nameOf(user), weekday(day))}
              onClick={() => onAdd({ collector: user.id, day })}
            >
              <span aria-hidden="true">+</span>
            </button>
          )}
        </div>
      ),
    })),
  ];

  return (
    <>
      <Table caption={words.title} columns={columns} rows={collectors} keyOf={(user) => user.id} />
      {taken && (
        <ReasonDialog
          title={titleOf(taken, week.collectors)}
          label={"shift" in taken ? words.withdrawShift : words.withdrawAbsence}
          hint={"shift" in taken ? words.withdrawHint : words.recorded(taken.absence.reason)}
          go={words.withdraw}
          onReason={withdraw}
          onClose={() => setTaken(null)}
        />
      )}
    </>
  );
}

function titleOf(taken: Taken, collectors: readonly User[]): string {
  const each = "shift" in taken ? taken.shift : taken.absence;
  const name = nameOf(collectors.find((user) => user.id === each.collector_id));
  return `${name} · ${dayTime(each.starts_at)} – ${dayTime(each.ends_at)}`;
}
