import type { Schemas } from "../../api/client";
import { Empty } from "../../ui/Empty";
import { day, dayTime, span } from "../../ui/i18n/format";
import { to } from "../../ui/route";
import { StatusChip } from "../../ui/StatusChip";
import { TURNED_AWAY } from "../turned-away/load";
import { w } from "../words/words";
import { AlertWays } from "./AlertWays";

/** What somebody has to look at, and who does. */
export function Alerts({ alerts, onChange }: { alerts: Schemas["Alert"][]; onChange: () => Promise<void> }) {
  const words = w().alerts;
  const turned = alerts.filter((alert) => alert.kind === TURNED_AWAY);
  const others = alerts.filter((alert) => alert.kind !== TURNED_AWAY);
  return (
    <section class="card" aria-labelledby="alerts">
      <h2 id="alerts">{words.title}</h2>
      {alerts.length === 0 ? (
        <Empty title={words.empty} />
      ) : (
        <ul class="list">
          {turned.length > 0 && (
            <li class="line row spread">
              <p class="strong">{words.turned(turned.length)}</p>
            </li>
          )}
          {others.map((alert) => (
            <AlertLine key={alert.id} alert={alert} onChange={onChange} />
          ))}
        </ul>
      )}
      <p class="small">
        <a class="touch" href={to("turned-away")}>
          {words.turnedWay}
        </a>
      </p>
    </section>
  );
}

function AlertLine({ alert, onChange }: { alert: Schemas["Alert"]; onChange: () => Promise<void> }) {
  const words = w().alerts;
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
      <AlertWays alert={alert} onChange={onChange} />
    </li>
  );
}

/** When the customer would rather be visited, by the office's clock. */
function WishedHours({ detail: { from, to: until } }: { detail: Schemas["Alert"]["detail"] }) {
  if (typeof from !== "string" || typeof until !== "string") return null;
  return <p>{w().alerts.wished(day(from), span(from, until))}</p>;
}
