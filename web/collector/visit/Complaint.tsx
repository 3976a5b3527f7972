import { useState } from "preact/hooks";

import type { Schemas } from "../../api/client";
import type { Stop } from "../../store/live";
import type { Visit } from "../../store/visit";
import { Button } from "../../ui/Button";
import { w as complaintWords } from "../../ui/complaints/words";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field } from "../../ui/Field";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { Choice } from "./Choice";
import { tell } from "./tell";
import { w } from "./words/words";

type Kind = Schemas["ComplaintCreate"]["kind"];

/** Somebody at the door complains, or says that they do not owe this: taken down in their own words. */
export function Complaint({ stop, visit }: { stop: Stop; visit: Visit }) {
  const words = w();
  const shared = complaintWords();
  const [kind, setKind] = useState<Kind | null>(null);
  const [said, setSaid] = useState("");
  const [isAsked, setAsked] = useState(false);
  const [taken, setTaken] = useState<Kind | null>(null);
  const taking = useDoing(async () => {
    if (kind === null) return;
    const payload = { case_id: stop.case_id, kind, channel: "visit", said: said.trim(), collector_id: null };
    await tell(visit, "complaint.receive", payload);
    setTaken(kind);
    setSaid("");
  });

  function submit(event: Event): void {
    event.preventDefault();
    setAsked(true);
    if (kind !== null && said.trim()) void taking.run();
  }

  return (
    <details class="card">
      <summary>{shared.title}</summary>
      {taken ? (
        <p class="note note-green" role="status">
          {taken === "dispute" ? words.disputeTaken : words.complaintTaken}
        </p>
      ) : (
        <form class="stack" onSubmit={submit} noValidate>
          <p class="soft small">{words.complaintHint}</p>
          <Choice
            name="complaint"
            label={shared.kind}
            options={Object.entries(words.complaintKinds)}
            value={kind}
            onValue={(value) => setKind(value as Kind)}
          />
          {isAsked && kind === null && <p class="field-error">{words.choose}</p>}
          <Field
            label={shared.said}
            hint={words.noteHint}
            value={said}
            onValue={setSaid}
            maxLength={4000}
            isLong
            isRequired
            error={isAsked && !said.trim() ? t().required : undefined}
          />
          {taking.error !== undefined && <ErrorBox error={taking.error} />}
          <Button size="large" type="submit" isBusy={taking.isBusy}>
            {shared.take}
          </Button>
        </form>
      )}
    </details>
  );
}
