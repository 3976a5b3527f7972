import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../Button";
import { dayTime } from "../i18n/format";
import { may } from "../me";
import { ReasonDialog } from "../ReasonDialog";
import { StatusChip } from "../StatusChip";
import { toast } from "../Toast";
import { RecordLegalEvent } from "./RecordLegalEvent";
import { w } from "./words";

type Event = Schemas["LegalEvent"];

/** What happened elsewhere and the clocks count from, newest first; taking one down, and back as a mistake. */
export function LegalEvents(props: { file: Schemas["CaseFile"]; onChange: () => Promise<void> }) {
  const { file, onChange } = props;
  const [isRecording, setRecording] = useState(false);
  const words = w().events;
  return (
    <section class="card stack" aria-labelledby="legal-events">
      <div class="row spread">
        <h2 id="legal-events">{words.title}</h2>
        {may("legal_event:record") && <Button onClick={() => setRecording(true)}>{words.record}</Button>}
      </div>
      {file.legal_events.length === 0 ? (
        <p class="soft">{words.none}</p>
      ) : (
        <ul class="list">
          {file.legal_events.map((event) => (
            <OneEvent key={event.id} event={event} onChange={onChange} />
          ))}
        </ul>
      )}
      {isRecording && <RecordLegalEvent file={file} onRecorded={onChange} onClose={() => setRecording(false)} />}
    </section>
  );
}

function OneEvent({ event, onChange }: { event: Event; onChange: () => Promise<void> }) {
  const [isWithdrawing, setWithdrawing] = useState(false);
  const words = w().events;
  const kind = words.kinds[event.kind];
  const stands = event.state === "recorded";

  async function withdraw(reason: string): Promise<void> {
    const params = { path: { legal_event_id: event.id }, header: keyed };
    await ask(api.POST("/v1/legal-events/{legal_event_id}/withdrawal", { params, body: { reason } }));
    toast(words.withdrawn);
    await onChange();
  }

  return (
    <li class="line stack-s">
      <div class="row spread">
        <p class="strong">{kind}</p>
        {!stands && <StatusChip tone="grey" word={words.withdrawn} />}
      </div>
      <p class="soft small">{[dayTime(event.at), event.party].filter(Boolean).join(" · ")}</p>
      {event.proof && <blockquote class="said">{event.proof}</blockquote>}
      {event.proof_sha256 && <p class="mono small break">{event.proof_sha256}</p>}
      {stands && may("legal_event:withdraw") && (
        <div class="row">
          <Button kind="quiet" onClick={() => setWithdrawing(true)}>
            {words.withdraw}
            <span class="sr-only"> {kind}</span>
          </Button>
        </div>
      )}
      {isWithdrawing && (
        <ReasonDialog
          title={words.withdraw}
          label={words.withdrawReason}
          hint={words.withdrawHint}
          go={words.withdraw}
          onReason={withdraw}
          onClose={() => setWithdrawing(false)}
        />
      )}
    </li>
  );
}
