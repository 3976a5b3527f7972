import { useState } from "preact/hooks";

import type { Stop } from "../../store/live";
import { record } from "../../sync/outbox";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { useDoing } from "../../ui/load";
import { toast } from "../../ui/Toast";
import { w } from "./words/words";

const RESULTS = ["reached", "third_party", "nobody"] as const;

/** A tap calls; what came of the call becomes a contact of the case, which the rules count. */
export function Phones({ stop }: { stop: Stop }) {
  const words = w();
  const [calledAt, setCalledAt] = useState<string | null>(null);
  const saving = useDoing(async (result: string) => {
    const payload = { case_id: stop.case_id, channel: "call", direction: "out", at: calledAt, result };
    await record({ type: "contact.record", appointment_id: stop.id, payload });
    setCalledAt(null);
    toast(words.callSaved);
  });
  if (stop.phones.length === 0) return null;
  return (
    <section class="card stack-s" aria-labelledby="call">
      <h2 id="call">{words.call}</h2>
      {stop.phones.map((phone) => (
        <a
          key={phone.number}
          class="button button-plain button-large"
          href={`tel:${phone.number.replace(/[^\d+]/g, "")}`}
          onClick={() => setCalledAt(new Date().toISOString())}
        >
          {phone.number}
        </a>
      ))}
      {calledAt && (
        <div class="stack-s" role="group" aria-labelledby="called">
          <p class="label" id="called">
            {words.callResult}
          </p>
          {RESULTS.map((result) => (
            <Button key={result} size="large" onClick={() => saving.run(result)} isBusy={saving.isBusy}>
              {words.results[result]}
            </Button>
          ))}
          <Button kind="quiet" onClick={() => setCalledAt(null)}>
            {words.notCalled}
          </Button>
        </div>
      )}
      {saving.error !== undefined && <ErrorBox error={saving.error} />}
    </section>
  );
}
