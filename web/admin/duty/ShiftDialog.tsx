import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { Checks } from "../../ui/Checks";
import { Dialog } from "../../ui/Dialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field, Select } from "../../ui/Field";
import { weekday } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { toast } from "../../ui/Toast";
import { nameOf, type User } from "../people";
import { w } from "../words/words";
import type { Place } from "./Duty";
import { areHours, draftLike, hasRest, isTimed, lastShiftOf, pointOf, shiftOn, type Draft } from "./draft";
import type { Week } from "./week";

/** One person's hours on one or more days of the week; begun with the hours they last had. */
export function ShiftDialog(props: {
  week: Week;
  collectors: readonly User[];
  place: Place;
  today: string;
  onChange: () => Promise<void>;
  onClose: () => void;
}) {
  const { week, collectors, place } = props;
  const [collector, setCollector] = useState(place.collector || (collectors[0]?.id ?? ""));
  const [days, setDays] = useState<ReadonlySet<string>>(() => new Set([place.day]));
  const [draft, setDraft] = useState(() => draftLike(lastShiftOf(week, collector)));
  const [isAsked, setAsked] = useState(false);
  const words = w().duty;
  const start = pointOf(draft.start);

  const planning = useDoing(async (from: Schemas["Point"]) => {
    // One after the other, each let go of once it stands: what fails stays chosen, and nothing is planned twice.
    const left = new Set(days);
    try {
      for (const day of [...days].sort()) {
        const body = { collector_id: collector, start: from, ...shiftOn(day, draft) };
        await ask(api.POST("/v1/shifts", { params: { header: keyed }, body }));
        left.delete(day);
      }
    } finally {
      setDays(left);
      if (left.size < days.size) await props.onChange();
    }
    toast(words.planned);
  });

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setAsked(true);
    if (start && days.size > 0 && isTimed(draft) && (await planning.run(start))) props.onClose();
  }

  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  return (
    <Dialog title={words.addShift} onClose={props.onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        <Select
          label={words.collector}
          value={collector}
          onValue={(id) => {
            setCollector(id);
            setDraft(draftLike(lastShiftOf(week, id)));
          }}
          options={collectors.map((user) => [user.id, nameOf(user)] as const)}
        />
        <Checks
          label={words.days}
          choices={week.days.filter((day) => day >= props.today).map((day) => ({ value: day, word: weekday(day) }))}
          chosen={days}
          onChosen={setDays}
          error={isAsked && days.size === 0 ? words.noDay : undefined}
          isDense
        />
        <div class="pair">
          <Field label={words.from} type="time" value={draft.from} onValue={(from) => set({ from })} isRequired />
          <Field
            label={words.until}
            type="time"
            value={draft.until}
            onValue={(until) => set({ until })}
            error={isAsked && !areHours(draft.from, draft.until) ? words.order : undefined}
            isRequired
          />
        </div>
        <Field
          label={words.start}
          hint={words.startHint}
          value={draft.start}
          onValue={(place) => set({ start: place })}
          error={isAsked && !start ? words.startWrong : undefined}
          autocomplete="off"
          spellcheck={false}
          dir="ltr"
          isRequired
        />
        <div class="triple">
          <Field
            label={words.rest}
            type="number"
            inputMode="numeric"
            min="0"
            max="240"
            step={5}
            value={draft.restMinutes}
            onValue={(restMinutes) => set({ restMinutes })}
          />
          <Field label={words.restFrom} type="time" value={draft.restFrom} onValue={(restFrom) => set({ restFrom })} />
          <Field
            label={words.restUntil}
            type="time"
            value={draft.restUntil}
            onValue={(restUntil) => set({ restUntil })}
            error={
              isAsked && hasRest(draft) && !areHours(draft.restFrom, draft.restUntil) ? words.order : undefined
            }
          />
        </div>
        {planning.error !== undefined && <ErrorBox error={planning.error} />}
        <div class="actions">
          <Button kind="primary" type="submit" isBusy={planning.isBusy}>
            {words.plan}
          </Button>
          <Button onClick={props.onClose}>{t().cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
