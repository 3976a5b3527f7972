import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../Button";
import { Checks } from "../Checks";
import { Dialog } from "../Dialog";
import { ErrorBox } from "../ErrorBox";
import { Field, Select } from "../Field";
import { calendarDay, instantAt } from "../i18n/format";
import { t } from "../i18n/words";
import { useDoing } from "../load";
import { me } from "../me";
import { toast } from "../Toast";
import { w } from "./words";

type Told = Schemas["ConsentCreate"];
// What is said is in writing only if somebody has the paper.
const SPOKEN = new Set(["visit", "call"]);

/** The customer agreed to something: how, when and in which words. */
export function RecordConsent(props: { caseId: string; onRecorded: () => Promise<void>; onClose: () => void }) {
  const now = me.value?.now ?? new Date().toISOString();
  const [kind, setKind] = useState("odd_hours");
  const [channel, setChannel] = useState("call");
  const [onDay, setOnDay] = useState(calendarDay(now));
  const [endsOn, setEndsOn] = useState("");
  const [said, setSaid] = useState("");
  const [papers, setPapers] = useState<ReadonlySet<string>>(new Set());
  const [isAsked, setAsked] = useState(false);
  const words = w();
  const recording = useDoing(async () => {
    const noon = instantAt(onDay, "12:00");
    const body: Told = {
      kind: kind as Told["kind"],
      channel: channel as Told["channel"],
      // A day was told, not a minute: its noon, or now if that is still to come.
      given_at: noon < new Date(now).toISOString() ? noon : now,
      is_written: SPOKEN.has(channel) ? papers.has("written") : true,
      until: endsOn ? instantAt(endsOn, "23:59") : null,
      words: said.trim(),
    };
    const params = { path: { case_id: props.caseId }, header: keyed };
    await ask(api.POST("/v1/cases/{case_id}/consents", { params, body }));
    toast(words.recorded);
    await props.onRecorded();
  });

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setAsked(true);
    if (onDay && said.trim() && (await recording.run())) props.onClose();
  }

  return (
    <Dialog title={words.recordTitle} onClose={props.onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        <p>{words.recordLead}</p>
        <Select label={words.kind} value={kind} onValue={setKind} options={Object.entries(words.kinds)} />
        <Select label={words.channel} value={channel} onValue={setChannel} options={Object.entries(words.channels)} />
        {SPOKEN.has(channel) && (
          <Checks
            label={words.isWritten}
            choices={[{ value: "written", word: words.written }]}
            chosen={papers}
            onChosen={setPapers}
          />
        )}
        <Field
          label={words.day}
          type="date"
          value={onDay}
          max={calendarDay(now)}
          onValue={setOnDay}
          isRequired
          error={isAsked && !onDay ? t().required : undefined}
        />
        <Field
          label={words.words}
          hint={words.wordsHint}
          value={said}
          onValue={setSaid}
          maxLength={4000}
          isLong
          isRequired
          error={isAsked && !said.trim() ? t().required : undefined}
        />
        <Field label={words.ends} type="date" value={endsOn} min={calendarDay(now)} onValue={setEndsOn} />
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
