import { useState } from "preact/hooks";

import { api, ask, keyed } from "../../api/client";
import { addDays, isDay } from "../../core/days";
import { Button } from "../../ui/Button";
import { Checks } from "../../ui/Checks";
import { Dialog } from "../../ui/Dialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field, Select } from "../../ui/Field";
import { instantAt } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { toast } from "../../ui/Toast";
import { nameOf, type User } from "../people";
import { w } from "../words/words";

/** A time in which somebody does not work, whatever their shifts say. */
export function AbsenceDialog(props: {
  collectors: readonly User[];
  day: string;
  onChange: () => Promise<void>;
  onClose: () => void;
}) {
  const { collectors } = props;
  const [collector, setCollector] = useState(collectors[0]?.id ?? "");
  const [firstDay, setFirstDay] = useState(props.day);
  const [lastDay, setLastDay] = useState(props.day);
  const [parts, setParts] = useState<ReadonlySet<string>>(new Set());
  const [from, setFrom] = useState("09:00");
  const [until, setUntil] = useState("12:00");
  const [reason, setReason] = useState("");
  const [isAsked, setAsked] = useState(false);
  const words = w().duty;
  const isPart = parts.has("part");
  const isInOrder =
    isDay(firstDay) &&
    isDay(lastDay) &&
    (isPart ? `${firstDay}T${from}` < `${lastDay}T${until}` && from !== "" && until !== "" : firstDay <= lastDay);

  const recording = useDoing(async () => {
    const body = {
      collector_id: collector,
      starts_at: instantAt(firstDay, isPart ? from : "00:00"),
      ends_at: isPart ? instantAt(lastDay, until) : instantAt(addDays(lastDay, 1), "00:00"),
      reason: reason.trim(),
    };
    await ask(api.POST("/v1/absences", { params: { header: keyed }, body }));
    toast(words.noted);
    await props.onChange();
  });

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setAsked(true);
    if (isInOrder && reason.trim() && (await recording.run())) props.onClose();
  }

  return (
    <Dialog title={words.addAbsence} onClose={props.onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        <Select
          label={words.collector}
          value={collector}
          onValue={setCollector}
          options={collectors.map((user) => [user.id, nameOf(user)] as const)}
        />
        <div class="pair">
          <Field label={words.firstDay} type="date" value={firstDay} onValue={setFirstDay} isRequired />
          <Field
            label={words.lastDay}
            type="date"
            value={lastDay}
            onValue={setLastDay}
            error={isAsked && !isInOrder ? words.order : undefined}
            isRequired
          />
          {isPart && <Field label={words.from} type="time" value={from} onValue={setFrom} isRequired />}
          {isPart && <Field label={words.until} type="time" value={until} onValue={setUntil} isRequired />}
        </div>
        <Checks
          label={words.howLong}
          choices={[{ value: "part", word: words.part }]}
          chosen={parts}
          onChosen={setParts}
        />
        <Field
          label={words.reason}
          hint={words.reasonHint}
          value={reason}
          onValue={setReason}
          maxLength={500}
          isLong
          isRequired
          error={isAsked && !reason.trim() ? t().required : undefined}
        />
        {recording.error !== undefined && <ErrorBox error={recording.error} />}
        <div class="actions">
          <Button kind="primary" type="submit" isBusy={recording.isBusy}>
            {words.note}
          </Button>
          <Button onClick={props.onClose}>{t().cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
