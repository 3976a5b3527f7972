import { doorInWords } from "../../ui/Door";
import { date, dayTime, money, span, time } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { StatusChip, VisitChip } from "../../ui/StatusChip";
import { partners, zoneOf, type Call } from "../day";
import { Navigate } from "./Navigate";
import { w } from "./words/words";

/** Who, where, when, and what is known of it: everything that one reads before the door. */
export function Facts({ call: { stop, visit } }: { call: Call }) {
  const words = w();
  const zone = zoneOf(stop);
  const others = partners(stop);
  const { balance, due_on, reference, creditor } = stop.case;
  return (
    <section class="card stack-s" aria-labelledby="who">
      <div class="row spread">
        <h1 id="who">{stop.customer.name ?? "–"}</h1>
        {visit && <VisitChip state={visit.state} words={t().visit} />}
      </div>
      <p class="strong">{doorInWords(stop.address)}</p>
      {stop.address.is_approximate && <p class="soft small">{words.approximate}</p>}
      <dl class="facts">
        <dt>{words.planned}</dt>
        <dd>
          {time(stop.planned_from ?? stop.window_from, zone)}{" "}
          <span class="soft">
            ({words.window} {span(stop.window_from, stop.window_to, zone)})
          </span>
        </dd>
        <dt>{words.purpose}</dt>
        <dd>{t().purpose[stop.purpose]}</dd>
        <dt>{words.debt}</dt>
        <dd>
          {balance ? <span class="strong">{money(balance)}</span> : words.noBalance}
          {due_on && <span class="soft"> · {words.dueOn(date(due_on))}</span>}
          <br />
          <span class="soft small">
            {[creditor, reference].filter(Boolean).join(" · ")}
          </span>
        </dd>
        {others.length > 0 && (
          <>
            <dt>{words.crew}</dt>
            <dd>{others.join("、")}</dd>
          </>
        )}
      </dl>
      {stop.contacts.length > 0 && (
        <details>
          <summary>{words.contacts(stop.contacts.length)}</summary>
          <ul class="stack-s">
            {stop.contacts.map((contact) => (
              <li key={contact.at + contact.channel} class="small">
                {dayTime(contact.at, zone)} · {words.channels[contact.channel] ?? contact.channel} ·{" "}
                {words.results[contact.result] ?? contact.result}
              </li>
            ))}
          </ul>
        </details>
      )}
      {stop.holds.length > 0 && (
        <p>
          <StatusChip tone="red" word={`${words.hold} ${stop.holds.map((kind) => t().holds[kind] ?? kind).join("、")}`} />
        </p>
      )}
      {!visit?.arrived_at && <Navigate stop={stop} />}
    </section>
  );
}
