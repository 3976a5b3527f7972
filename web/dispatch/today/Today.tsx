import { useEffect } from "preact/hooks";

import type { Schemas } from "../../api/client";
import { Empty } from "../../ui/Empty";
import { day, time } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { Loaded, useLoading } from "../../ui/load";
import { to } from "../../ui/route";
import { StatusChip, type Tone } from "../../ui/StatusChip";
import { Table, type Column } from "../../ui/Table";
import { w } from "../words/words";
import { Alerts } from "./Alerts";
import { loadDay, startOf, type Day, type Row } from "./load";
import { Refusals } from "./Refusals";

const EVERY_MS = 30_000;

/** The day at a glance: who is where, what is promised, what needs a decision. */
export function Today() {
  const today = useLoading("today", loadDay);
  const words = w().today;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void today.reload();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <div class="page-head">
        <h1>
          {words.title} {today.value && <span class="soft">{day(today.value.at)}</span>}
        </h1>
        {today.value && <p class="soft small">{words.updated(time(today.value.at))}</p>}
      </div>
      <Loaded from={today} lines={8}>
        {(value) => (
          <div class="stack">
            <Counts day={value} />
            <section class="card" aria-labelledby="by-collector">
              <h2 id="by-collector">{words.byCollector}</h2>
              {value.rows.length === 0 ? (
                <Empty title={words.empty} />
              ) : (
                <Table caption={words.byCollector} columns={columns(value)} rows={value.rows} keyOf={(row) => row.id} />
              )}
            </section>
            <div class="two">
              <Alerts alerts={value.alerts} onChange={today.reload} />
              <Refusals refusals={value.refusals} />
            </div>
          </div>
        )}
      </Loaded>
    </>
  );
}

function Counts({ day: value }: { day: Day }) {
  const words = w().today.counts;
  const open = value.alerts.filter((alert) => alert.state === "open").length;
  const counts: [string, number, Tone | undefined][] = [
    [words.visits, value.appointments, undefined],
    [words.done, value.done, undefined],
    [words.field, value.inTheField, undefined],
    [words.refused, value.refusals.length, undefined],
    [words.alerts, open, open ? "red" : undefined],
  ];
  return (
    <dl class="counts">
      {counts.map(([word, count, tone]) => (
        <div key={word} class={tone ? `count count-${tone}` : "count"}>
          <dt>{word}</dt>
          <dd>{count}</dd>
        </div>
      ))}
    </dl>
  );
}

const DOING: Record<string, [Tone, string?]> = { free: ["grey"], under_way: ["blue", "▶"], at_door: ["amber"] };

function columns(value: Day): Column<Row>[] {
  const words = w().today;
  return [
    {
      head: words.collector,
      cell: (row) =>
        row.live ? (
          <>
            <span class="strong">{row.name}</span> <span class="soft small">{row.badge}</span>
          </>
        ) : (
          <StatusChip tone="amber" word={words.nobody} />
        ),
    },
    { head: words.now, cell: (row) => row.live && <Doing live={row.live} /> },
    {
      head: words.visits,
      cell: (row) =>
        row.appointments.length === 0 ? (
          <span class="soft">{words.noVisits}</span>
        ) : (
          <ul class="stops">
            {row.appointments.map((appointment) => (
              <li key={appointment.id}>
                <Stop appointment={appointment} visit={value.visits.get(appointment.id)} />
              </li>
            ))}
          </ul>
        ),
    },
    {
      head: words.done,
      isNumber: true,
      cell: (row) => (row.appointments.length ? `${row.done} / ${row.appointments.length}` : "–"),
    },
    { head: words.refused, isNumber: true, cell: (row) => row.refusals || "–" },
    {
      head: words.alerts,
      isNumber: true,
      cell: (row) => (row.alerts ? <StatusChip tone="red" word={String(row.alerts)} /> : "–"),
    },
  ];
}

function Doing({ live }: { live: Schemas["Live"] }) {
  const [tone, shape] = DOING[live.doing] ?? ["grey"];
  return (
    <>
      <StatusChip tone={tone} word={t().doing[live.doing] ?? live.doing} {...(shape ? { shape } : {})} />
      {live.since && live.doing !== "free" && <div class="soft small">{w().today.since(time(live.since))}</div>}
    </>
  );
}

const TONES: Record<string, [Tone, string]> = {
  proposed: ["blue", "○"],
  noticed: ["blue", "○"],
  confirmed: ["blue", "○"],
  suspended: ["amber", "●"],
  kept: ["green", "✓"],
  missed: ["red", "!"],
  departed: ["blue", "▶"],
  arrived: ["amber", "●"],
};

/** One promise of the day, small: its hour, whose door, how it stands; it leads to the case. */
function Stop({ appointment, visit }: { appointment: Schemas["Appointment"]; visit: Schemas["Visit"] | undefined }) {
  const isUnderWay = visit?.state === "departed" || visit?.state === "arrived";
  const state = isUnderWay ? visit.state : appointment.state;
  const [tone, shape] = TONES[state] ?? ["grey", "–"];
  const word = (isUnderWay ? t().visit : t().appointment)[state] ?? state;
  const name = appointment.customer.name ?? "";
  const from = time(startOf(appointment));
  return (
    <a class={`stop chip-${tone}`} href={to("cases", appointment.case_id)} title={word}>
      <span aria-hidden="true">{shape}</span> {from}
      <span class="stop-name"> {name}</span>
      <span class="sr-only"> {word}</span>
    </a>
  );
}
