import { useEffect, useState } from "preact/hooks";

import { api, ask, keyed } from "../../api/client";
import { addDays } from "../../core/days";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field, Select } from "../../ui/Field";
import { instantAt } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { Loaded, useDoing, useLoading } from "../../ui/load";
import { go } from "../../ui/route";
import { toast } from "../../ui/Toast";
import type { PlanDay } from "./load";
import { w } from "./words/words";

interface Props {
  value: PlanDay;
  onDone: () => Promise<void>;
  onClose: () => void;
}

/** A collector cannot go on: the absence is recorded and the rest of the day goes to others, in one step. */
export function IllDialog(props: Props) {
  const { day, names } = props.value;
  const working = useLoading(`shifts ${day}`, async () => {
    const query = { since: instantAt(day, "00:00"), until: instantAt(addDays(day, 1), "00:00") };
    const shifts = await ask(api.GET("/v1/shifts", { params: { query } }));
    const people = shifts.items.filter((shift) => shift.state === "planned").map((shift) => shift.collector_id);
    return [...new Set(people)].map((id) => [id, names.get(id) ?? id] as const);
  });
  return (
    <Dialog title={w().ill.title} onClose={props.onClose}>
      <Loaded from={working}>{(people) => <Form {...props} people={people} />}</Loaded>
    </Dialog>
  );
}

function Form({ value, people, onDone, onClose }: Props & { people: readonly (readonly [string, string])[] }) {
  const words = w().ill;
  const [who, setWho] = useState("");
  const [reason, setReason] = useState("");
  const [isMissing, setMissing] = useState(false);
  useEffect(() => setWho(people[0]?.[0] ?? ""), [people]);
  const handing = useDoing(async () => {
    const body = { collector_id: who, day: value.day, reason: reason.trim() };
    const { plan } = await ask(api.POST("/v1/plans/handovers", { params: { header: keyed }, body }));
    toast(plan ? words.done : words.none);
    onClose();
    if (value.draft) go("plan", value.day);
    else await onDone();
  });
  if (people.length === 0) return <p class="soft">{words.nobody}</p>;
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(!reason.trim());
        if (reason.trim()) void handing.run();
      }}
    >
      <Select label={words.who} value={who} onValue={setWho} options={people} />
      <Field
        label={words.reason}
        hint={words.reasonHint}
        value={reason}
        onValue={setReason}
        maxLength={500}
        isLong
        isRequired
        error={isMissing ? t().required : undefined}
      />
      <p class="note note-blue">{words.text}</p>
      {handing.error !== undefined && <ErrorBox error={handing.error} />}
      <div class="actions">
        <Button kind="primary" type="submit" isBusy={handing.isBusy}>
          {words.confirm}
        </Button>
        <Button onClick={onClose}>{t().cancel}</Button>
      </div>
    </form>
  );
}
