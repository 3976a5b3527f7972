import { doorInWords } from "../../ui/Door";
import { Empty } from "../../ui/Empty";
import { day as dayInWords, instantAt, span, time } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { Loaded, useLoading } from "../../ui/load";
import { to } from "../../ui/route";
import { AppointmentChip, VisitChip } from "../../ui/StatusChip";
import { dayAfter, isOver, loadDay, today, zoneOf, type Day, type Stop } from "../day";
import { w } from "../words/words";

/** The day in the order in which it is made: the next door large, the rest small. */
export function Today({ day }: { day: string }) {
  const loading = useLoading(day, () => loadDay(day));
  const words = w().today;
  const days = [today(), dayAfter(today())] as const;
  return (
    <>
      <div class="page-head">
        <h1>
          {day === days[0] ? words.title : words.tomorrow} <span class="soft">{dayInWords(instantAt(day, "12:00"))}</span>
        </h1>
        <nav class="days" aria-label={words.title}>
          <a href={to("today")} aria-current={day === days[0] ? "page" : undefined}>
            {words.title}
          </a>
          <a href={to("today", days[1])} aria-current={day === days[1] ? "page" : undefined}>
            {words.tomorrow}
          </a>
        </nav>
      </div>
      <Loaded from={loading} lines={6}>
        {(loaded) => <Stops day={loaded} />}
      </Loaded>
    </>
  );
}

function Stops({ day }: { day: Day }) {
  const words = w().today;
  if (day.stops.length === 0) return <Empty title={words.empty}>{words.emptyHint}</Empty>;
  const over = day.stops.filter((stop) => isOver(stop, day.visits.get(stop.id)));
  const left = day.stops.filter((stop) => !over.includes(stop));
  const isUnderWay = (stop: Stop) => ["departed", "arrived"].includes(day.visits.get(stop.id)?.state ?? "");
  const next = left.find(isUnderWay) ?? left[0];
  return (
    <div class="stack">
      <p class="soft">{words.done(over.length, day.stops.length)}</p>
      {next && <Next stop={next} day={day} word={isUnderWay(next) ? words.underWay : words.next} />}
      <Group word={words.later} stops={left.filter((stop) => stop !== next)} day={day} />
      <Group word={words.over} stops={over} day={day} />
    </div>
  );
}

function Next({ stop, day, word }: { stop: Stop; day: Day; word: string }) {
  const zone = zoneOf(stop);
  return (
    <section class="card next" aria-labelledby="next">
      <div class="row spread">
        <h2 id="next">{word}</h2>
        <State stop={stop} day={day} />
      </div>
      <p class="next-time">{time(stop.planned_from ?? stop.window_from, zone)}</p>
      <p class="next-name">{stop.customer.name ?? "–"}</p>
      <p>{doorInWords(stop.address)}</p>
      <p class="soft small">
        {t().purpose[stop.purpose]} · {span(stop.window_from, stop.window_to, zone)}
      </p>
      <a class="button button-primary button-large" href={to("visits", day.day, stop.id)}>
        {w().today.open}
      </a>
    </section>
  );
}

function Group({ word, stops, day }: { word: string; stops: Stop[]; day: Day }) {
  if (stops.length === 0) return null;
  return (
    <section aria-label={word}>
      <h2 class="group">{word}</h2>
      <ul class="stack-s">
        {stops.map((stop) => (
          <li key={stop.id}>
            <a class="card stop-line" href={to("visits", day.day, stop.id)}>
              <span class="stop-time">{time(stop.planned_from ?? stop.window_from, zoneOf(stop))}</span>
              <span class="stop-text">
                <span class="strong">{stop.customer.name ?? "–"}</span>
                <span class="soft small">{doorInWords(stop.address)}</span>
              </span>
              <State stop={stop} day={day} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function State({ stop, day }: { stop: Stop; day: Day }) {
  const visit = day.visits.get(stop.id);
  return visit ? (
    <VisitChip state={visit.state} words={t().visit} />
  ) : (
    <AppointmentChip state={stop.state} words={t().appointment} />
  );
}
