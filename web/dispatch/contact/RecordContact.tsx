import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field, Select } from "../../ui/Field";
import { calendarDay, instantAt, time } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { me } from "../../ui/me";
import { toast } from "../../ui/Toast";
import { w as shared } from "../words/words";
import { w } from "./words/words";

type Told = Schemas["ContactCreate"];

/** What is known of a contact before it is recorded: what was asked about. */
export interface Begun {
  channel: string;
  met: string;
}

/** A contact that happened, lawful or not, as it was. */
export function RecordContact(props: {
  caseId: string;
  zone: string | undefined;
  begun: Begun | null;
  onRecorded: () => Promise<void>;
  onClose: () => void;
}) {
  const now = me.value?.now ?? new Date().toISOString();
  const [channel, setChannel] = useState(props.begun?.channel ?? "call");
  const [direction, setDirection] = useState("out");
  const [onDay, setOnDay] = useState(calendarDay(now, props.zone));
  const [at, setAt] = useState(time(now, props.zone));
  const [met, setMet] = useState(props.begun?.met ?? "self");
  const [result, setResult] = useState(props.begun && props.begun.met !== "self" ? "third_party" : "reached");
  const [note, setNote] = useState("");
  const [isFuture, setFuture] = useState(false);
  const words = w();
  const recording = useDoing(async () => {
    const body: Told = {
      channel: channel as Told["channel"],
      direction: direction as NonNullable<Told["direction"]>,
      at: instantAt(onDay, at, props.zone),
      result: result as Told["result"],
      person_met: met as NonNullable<Told["person_met"]>,
      note: note.trim() || null,
    };
    const params = { path: { case_id: props.caseId }, header: keyed };
    await ask(api.POST("/v1/cases/{case_id}/contacts", { params, body }));
    toast(words.recorded);
    await props.onRecorded();
  });

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const isWhole = onDay !== "" && at !== "";
    setFuture(!isWhole || onDay > calendarDay(now, props.zone));
    if (isWhole && onDay <= calendarDay(now, props.zone) && (await recording.run())) props.onClose();
  }

  const { channels, results } = shared().case;
  const people = Object.entries(t().met).map(([each, word]) => [each, each === "none" ? words.nobody : word] as const);
  return (
    <Dialog title={words.recordTitle} onClose={props.onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        <p>{words.recordLead}</p>
        <Select label={words.channel} value={channel} onValue={setChannel} options={Object.entries(channels)} />
        <Select
          label={words.direction}
          value={direction}
          onValue={setDirection}
          options={Object.entries(words.directions)}
        />
        <div class="row">
          <Field
            label={words.day}
            type="date"
            value={onDay}
            max={calendarDay(now, props.zone)}
            onValue={setOnDay}
            isRequired
            error={isFuture ? words.future : undefined}
          />
          <Field label={words.time} type="time" value={at} onValue={setAt} isRequired />
        </div>
        <Select label={words.met} value={met} onValue={setMet} options={people} />
        <Select label={words.result} value={result} onValue={setResult} options={Object.entries(results)} />
        <Field label={words.note} value={note} onValue={setNote} maxLength={4000} isLong />
        {recording.error !== undefined && <ErrorBox error={recording.error} />}
        <div class="actions">
          <Button kind="primary" type="submit" isBusy={recording.isBusy}>
            {words.record}
          </Button>
          <Button onClick={props.onClose}>{t().cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
