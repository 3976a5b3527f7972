import { uuid7 } from "../../core/ids";
import { session } from "../../api/session";
import { visitOf } from "../../store/visit";
import { record } from "../../sync/outbox";
import { changedMeanwhile, type Change } from "../../sync/status";
import { Button } from "../../ui/Button";
import { doorInWords } from "../../ui/Door";
import { ErrorBox } from "../../ui/ErrorBox";
import { Empty } from "../../ui/Empty";
import { day as dayInWords, instantAt, money, span, time } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { go, to } from "../../ui/route";
import { Skeleton } from "../../ui/Skeleton";
import { AppointmentChip, StatusChip, VisitChip } from "../../ui/StatusChip";
import { calls, dayAfter, goneBy, isOver, isUnderWay, today, verdictNow, zoneOf, type Call } from "../day";
import { slice } from "../../store/live";
import { w } from "../words/words";

/** The day in the order in which it is made: the next door large, the rest small. */
export function Today({ day: chosen }: { day: string | null }) {
  const words = w().today;
  const now = today();
  const day = chosen ?? now;
  const days = [
    [now, words.title],
    [dayAfter(now), words.tomorrow],
    [dayAfter(now, 2), words.after],
  ] as const;
  const title = days.find(([each]) => each === day)?.[1] ?? words.title;
  return (
    <div class="stack">
      <div class="page-head">
        <h1>
          {title} <span class="soft">{dayInWords(instantAt(day, "12:00"))}</span>
        </h1>
        <nav class="days" aria-label={words.days}>
          {days.map(([each, word]) => (
            <a key={each} href={each === now ? to("today") : to("today", each)} aria-current={day === each ? "page" : undefined}>
              {word}
            </a>
          ))}
        </nav>
      </div>
      <Changed />
      <Stops day={day} />
      <p>
        <a class="quiet-way" href={to("past")}>
          {words.past}
        </a>
      </p>
    </div>
  );
}

/** The plan changed while nobody looked: said once, until somebody says that they have seen it. */
function Changed() {
  const words = w().today;
  const changes = [...changedMeanwhile.value.values()];
  if (changes.length === 0) return null;
  const count = (kind: Change) => changes.filter((each) => each === kind).length;
  return (
    <div class="note note-amber stack-s" role="alert">
      <p class="strong">{words.changed}</p>
      {count("removed") > 0 && <p>{words.removed(count("removed"))}</p>}
      {count("added") > 0 && <p>{words.added(count("added"))}</p>}
      {count("moved") > 0 && <p>{words.moved(count("moved"))}</p>}
      <Button onClick={() => (changedMeanwhile.value = new Map())}>{words.understood}</Button>
    </div>
  );
}

function Stops({ day }: { day: string }) {
  const words = w().today;
  if (calls.value === null) return <Skeleton lines={6} />;
  if (slice.value === null) {
    return session.value === null || session.value === undefined ? (
      <Empty title={words.never}>{words.neverHint}</Empty>
    ) : (
      <Skeleton lines={6} />
    );
  }
  const all = calls.value.filter(({ stop }) => stop.day === day);
  const gone = all.filter((call) => goneBy(call.stop) !== null && !call.visit);
  const own = all.filter((call) => !gone.includes(call));
  const over = own.filter(isOver);
  const left = own.filter((call) => !over.includes(call));
  const next = left.find(isUnderWay) ?? left[0];
  return (
    <div class="stack">
      {own.length === 0 ? (
        <Empty title={words.empty}>{words.emptyHint}</Empty>
      ) : (
        <p class="soft">{words.done(over.length, own.length)}</p>
      )}
      {next && <Next call={next} />}
      <Group word={words.later} calls={left.filter((call) => call !== next)} />
      <Group word={words.over} calls={over} />
      <Group word={words.gone} calls={gone} />
    </div>
  );
}

function Next({ call }: { call: Call }) {
  const { stop } = call;
  const words = w().today;
  const zone = zoneOf(stop);
  const isGoing = isUnderWay(call);
  const verdict = verdictNow(stop)?.verdict;
  // What the rules refuse, and what they did not speak of, is looked at before anybody sets out.
  const maySetOut = !isGoing && stop.holds.length === 0 && (verdict === "allow" || verdict === "warn");
  return (
    <section class="card next" aria-labelledby="next">
      <div class="row spread">
        <h2 id="next">{isGoing ? words.underWay : words.next}</h2>
        <State call={call} />
      </div>
      <p class="next-time">{time(stop.planned_from ?? stop.window_from, zone)}</p>
      <p class="next-name">{stop.customer.name ?? "–"}</p>
      <p>{doorInWords(stop.address)}</p>
      <p class="soft small">
        {t().purpose[stop.purpose]} · {span(stop.window_from, stop.window_to, zone)}
        {stop.case.balance && ` · ${words.owed} ${money(stop.case.balance)}`}
      </p>
      {stop.holds.length > 0 && <Holds kinds={stop.holds} />}
      {maySetOut ? (
        <div class="next-ways">
          <SetOut call={call} />
          <a class="button button-plain button-large" href={to("visits", stop.id)}>
            {words.open}
          </a>
        </div>
      ) : (
        <a class="button button-primary button-large" href={to("visits", stop.id)}>
          {words.open}
        </a>
      )}
    </section>
  );
}

/** One journey, however often a thumb comes down on it. */
export function SetOut({ call: { stop } }: { call: Call }) {
  const leaving = useDoing(async () => {
    if (visitOf(stop) === null) {
      await record({ type: "visit.depart", appointment_id: stop.id, visit_id: uuid7(), payload: {} });
    }
    go("visits", stop.id);
  });
  return (
    <>
      {leaving.error !== undefined && <ErrorBox error={leaving.error} />}
      <Button kind="primary" size="large" onClick={leaving.run} isBusy={leaving.isBusy}>
        {w().today.depart}
      </Button>
    </>
  );
}

function Holds({ kinds }: { kinds: readonly string[] }) {
  return (
    <p>
      <StatusChip tone="red" word={`${w().today.hold}: ${kinds.map((kind) => t().holds[kind] ?? kind).join("、")}`} />
    </p>
  );
}

function Group({ word, calls: own }: { word: string; calls: readonly Call[] }) {
  if (own.length === 0) return null;
  return (
    <section aria-label={word}>
      <h2 class="group">{word}</h2>
      <ul class="stack-s">
        {own.map((call) => (
          <Line key={call.stop.id} call={call} />
        ))}
      </ul>
    </section>
  );
}

export function Line({ call }: { call: Call }) {
  const { stop } = call;
  return (
    <li>
      <a class="card stop-line" href={to("visits", stop.id)}>
        <span class="stop-time">{time(stop.planned_from ?? stop.window_from, zoneOf(stop))}</span>
        <span class="stop-text">
          <span class="strong">{stop.customer.name ?? "–"}</span>
          <span class="soft small">{doorInWords(stop.address)}</span>
        </span>
        <State call={call} />
      </a>
    </li>
  );
}

function State({ call: { stop, visit } }: { call: Call }) {
  const words = w().today;
  if (visit) return <VisitChip state={visit.state} words={t().visit} />;
  const gone = goneBy(stop);
  if (gone) return <StatusChip tone="red" word={words.goneWhy[gone] ?? ""} />;
  if (stop.holds.length > 0) return <StatusChip tone="red" word={words.hold} />;
  return <AppointmentChip state={stop.state} words={t().appointment} />;
}
