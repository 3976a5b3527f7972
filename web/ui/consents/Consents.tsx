import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../Button";
import { calendarDay, date, dayTime } from "../i18n/format";
import { may, me } from "../me";
import { ReasonDialog } from "../ReasonDialog";
import { StatusChip } from "../StatusChip";
import { toast } from "../Toast";
import { RecordConsent } from "./RecordConsent";
import { w } from "./words";

type Consent = Schemas["Consent"];

/** What the customer waives, newest first, and taking one down or back. */
export function Consents(props: {
  caseId: string;
  consents: readonly Consent[];
  isOpen: boolean;
  onChange: () => Promise<void>;
}) {
  const [isRecording, setRecording] = useState(false);
  const words = w();
  return (
    <section class="card stack" aria-labelledby="consents">
      <div class="row spread">
        <h2 id="consents">{words.title}</h2>
        {props.isOpen && may("consent:record") && <Button onClick={() => setRecording(true)}>{words.record}</Button>}
      </div>
      {props.consents.length === 0 ? (
        <p class="soft">{words.none}</p>
      ) : (
        <ul class="list">
          {props.consents.map((consent) => (
            <OneConsent key={consent.id} consent={consent} onChange={props.onChange} />
          ))}
        </ul>
      )}
      {isRecording && (
        <RecordConsent caseId={props.caseId} onRecorded={props.onChange} onClose={() => setRecording(false)} />
      )}
    </section>
  );
}

function OneConsent({ consent, onChange }: { consent: Consent; onChange: () => Promise<void> }) {
  const [isWithdrawing, setWithdrawing] = useState(false);
  const words = w();
  const kind = words.kinds[consent.kind] ?? consent.kind;
  const now = me.value?.now ?? new Date().toISOString();
  const isOver = consent.until !== null && Date.parse(consent.until) <= Date.parse(now);
  const stands = consent.state === "given" && !isOver;

  async function withdraw(reason: string): Promise<void> {
    const params = { path: { consent_id: consent.id }, header: keyed };
    await ask(api.POST("/v1/consents/{consent_id}/withdrawal", { params, body: { reason } }));
    toast(words.withdrawn);
    await onChange();
  }

  return (
    <li class="line stack-s">
      <div class="row spread">
        <p class="strong">{kind}</p>
        {!stands && (
          <StatusChip
            tone="grey"
            word={consent.withdrawn_at ? words.withdrawnOn(dayTime(consent.withdrawn_at)) : words.ended}
          />
        )}
      </div>
      <p class="soft small">
        {[
          words.given(dayTime(consent.given_at), words.channels[consent.channel] ?? consent.channel),
          consent.is_written ? words.written : words.spoken,
          consent.since && words.from(date(calendarDay(consent.since))),
          consent.until && words.until(date(calendarDay(consent.until))),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {consent.words && <blockquote class="said">{consent.words}</blockquote>}
      {stands && may("consent:withdraw") && (
        <div class="row">
          <Button kind="quiet" onClick={() => setWithdrawing(true)}>
            {words.withdraw}
            <span class="sr-only"> {kind}</span>
          </Button>
        </div>
      )}
      {isWithdrawing && (
        <ReasonDialog
          title={words.withdrawTitle(kind)}
          label={words.withdrawReason}
          go={words.withdraw}
          onReason={withdraw}
          onClose={() => setWithdrawing(false)}
        />
      )}
    </li>
  );
}
