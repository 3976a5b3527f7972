import { useState } from "preact/hooks";

import { api, ask, keyed, on, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { ErrorBox } from "../../ui/ErrorBox";
import { day, dayTime, span } from "../../ui/i18n/format";
import { useDoing } from "../../ui/load";
import { ReasonDialog } from "../../ui/ReasonDialog";
import { to } from "../../ui/route";
import { StatusChip } from "../../ui/StatusChip";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";

/** What somebody has to look at, and who does. */
export function Alerts({ alerts, onChange }: { alerts: Schemas["Alert"][]; onChange: () => Promise<void> }) {
  const words = w().alerts;
  return (
    <section class="card" aria-labelledby="alerts">
      <h2 id="alerts">{words.title}</h2>
      {alerts.length === 0 ? (
        <Empty title={words.empty} />
      ) : (
        <ul class="list">
          {alerts.map((alert) => (
            <AlertLine key={alert.id} alert={alert} onChange={onChange} />
          ))}
        </ul>
      )}
    </section>
  );
}

function AlertLine({ alert, onChange }: { alert: Schemas["Alert"]; onChange: () => Promise<void> }) {
  const words = w().alerts;
  const [isClosing, setClosing] = useState(false);
  const path = { alert_id: alert.id };
  const header = { ...keyed, ...on(alert) };
  const taking = useDoing(async () => {
    await ask(api.POST("/v1/alerts/{alert_id}/acknowledge", { params: { path, header } }));
    toast(words.tookToast);
    await onChange();
  });

  async function close(note: string): Promise<void> {
    await ask(api.POST("/v1/alerts/{alert_id}/close", { params: { path, header }, body: { note } }));
    toast(words.closedToast);
    await onChange();
  }

  const rules = Array.isArray(alert.detail.rules) ? alert.detail.rules.join(", ") : "";
  const kind = words.kinds[alert.kind] ?? words.other;
  return (
    <li class="line">
      <div class="row spread">
        <p class="strong">
          {alert.case_id ? <a href={to("cases", alert.case_id)}>{kind}</a> : kind}
        </p>
        {alert.state === "acknowledged" && <StatusChip tone="blue" word={words.taken} />}
      </div>
      <p class="soft small">
        {dayTime(alert.opened_at)} {rules && `· ${words.rules(rules)}`}
      </p>
      {alert.kind === "customer_countered" && <WishedHours detail={alert.detail} />}
      {taking.error !== undefined && <ErrorBox error={taking.error} />}
      <div class="row">
        {alert.state === "open" && (
          <Button onClick={taking.run} isBusy={taking.isBusy}>
            {words.take}
          </Button>
        )}
        {alert.state === "acknowledged" && <Button onClick={() => setClosing(true)}>{words.close}</Button>}
      </div>
      {isClosing && (
        <ReasonDialog
          title={words.close}
          label={words.note}
          hint={words.noteHint}
          go={words.close}
          onReason={close}
          onClose={() => setClosing(false)}
        />
      )}
    </li>
  );
}

/** When the customer would rather be visited, by the office's clock. */
function WishedHours({ detail: { from, to: until } }: { detail: Schemas["Alert"]["detail"] }) {
  if (typeof from !== "string" || typeof until !== "string") return null;
  return <p>{w().alerts.wished(day(from), span(from, until))}</p>;
}
