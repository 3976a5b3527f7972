import { useEffect, useState } from "preact/hooks";

import { takeFixes } from "../../core/place";
import { wellBy } from "../../store/live";
import { record } from "../../sync/outbox";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { time } from "../../ui/i18n/format";
import { useDoing } from "../../ui/load";
import { me } from "../../ui/me";
import { serverNow } from "../../store/now";
import { calls, isUnderWay, partners, type Call } from "../day";
import { w } from "./words/words";

const MINUTE_MS = 60_000;
const TERMS = [15, 30, 60] as const;

/** Help without a sound, and a timer that calls for it by itself when nobody says that all is well. */
export function Safety() {
  const words = w();
  const [isSent, setSent] = useState(false);
  const here = calls.value?.find(isUnderWay);
  const calling = useDoing(async () => {
    // First the call, then the place: nobody in danger should wait for a receiver.
    await record({ type: "safety.sos", ...about(here), payload: { fix: null } });
    setSent(true);
    const { best } = await takeFixes();
    if (best) await record({ type: "safety.sos", ...about(here), payload: { fix: best } });
  });
  const phone = me.value?.organisation.public_phone;
  return (
    <div class="stack">
      <h1>{words.title}</h1>
      <section class="card stack" aria-labelledby="sos">
        <h2 id="sos">{words.sos}</h2>
        <p class="soft">{words.sosHint}</p>
        {calling.error !== undefined && <ErrorBox error={calling.error} />}
        <Button kind="danger" size="large" onClick={calling.run} isBusy={calling.isBusy}>
          {words.sosGo}
        </Button>
        {isSent && (
          <p class="note note-amber" role="status">
            {words.sosSent}
          </p>
        )}
        <a class="button button-plain button-large" href={`tel:${words.police}`}>
          {words.callPolice}
        </a>
        {phone && (
          <a class="button button-plain button-large" href={`tel:${phone}`}>
            {words.callOffice}
          </a>
        )}
      </section>
      <WellBy here={here} />
      {here && partners(here.stop).length > 0 && (
        <p class="note note-blue">{words.partner(partners(here.stop).join("、"))}</p>
      )}
    </div>
  );
}

function WellBy({ here }: { here: Call | undefined }) {
  const words = w();
  const due = wellBy.value;
  const isLate = useIsPast(due);
  const setting = useDoing((minutes: number | null) => tell(here, minutes));
  return (
    <section class="card stack" aria-labelledby="check-in">
      <h2 id="check-in">{words.timer}</h2>
      <p class="soft">{words.timerHint}</p>
      {due ? (
        <>
          <p class={`note ${isLate ? "note-red" : "note-green"}`} role="status">
            {isLate ? words.late(time(due)) : words.due(time(due))}
          </p>
          <Button kind="primary" size="large" onClick={() => setting.run(null)} isBusy={setting.isBusy}>
            {words.well}
          </Button>
        </>
      ) : (
        <div class="choice">
          {TERMS.map((minutes) => (
            <Button key={minutes} size="large" onClick={() => setting.run(minutes)} isBusy={setting.isBusy}>
              {words.minutes(minutes)}
            </Button>
          ))}
        </div>
      )}
      {setting.error !== undefined && <ErrorBox error={setting.error} />}
    </section>
  );
}

async function tell(here: Call | undefined, minutes: number | null): Promise<void> {
  const due_at = minutes === null ? null : new Date(Date.parse(serverNow()) + minutes * MINUTE_MS).toISOString();
  const payload = { fix: null, due_at };
  await record({ type: "safety.check_in", ...about(here), payload }, { meta: { check_in: due_at } });
}

function about(here: Call | undefined): { appointment_id?: string; visit_id?: string } {
  return here?.visit ? { appointment_id: here.stop.id, visit_id: here.visit.id } : {};
}

function useIsPast(due: string | null): boolean {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 5000);
    return () => clearInterval(timer);
  }, []);
  return due !== null && Date.parse(due) < Date.parse(now);
}
