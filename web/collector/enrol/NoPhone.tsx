import { useLoading, Loaded } from "../../ui/load";
import { api, ask } from "../../api/client";
import { doorInWords } from "../../ui/Door";
import { Empty } from "../../ui/Empty";
import { calendarDay, time } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { me } from "../../ui/me";
import { Shell } from "../../ui/Shell";
import { AppointmentChip } from "../../ui/StatusChip";
import { w as appWords } from "../words/words";
import { InstallGuide } from "./InstallGuide";
import { w } from "./words/words";

/** A browser that is nobody's phone: the day can be read, and how to enrol is said; nothing can be recorded. */
export function NoPhone() {
  return (
    <Shell app="collector" ways={() => []}>
      <ReadOnly />
    </Shell>
  );
}

function ReadOnly() {
  const words = w().noPhone;
  const today = calendarDay(me.value?.now ?? new Date().toISOString());
  const day = useLoading(today, () => ask(api.GET("/v1/me/day", { params: { query: { day: today } } })));
  return (
    <div class="stack">
      <h1>{appWords().today.title}</h1>
      <section class="note note-amber stack-s" aria-labelledby="enrol">
        <h2 id="enrol">{words.title}</h2>
        <p>{words.text}</p>
        <ol class="numbered">
          {words.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <InstallGuide />
      </section>
      <Loaded from={day} lines={6}>
        {({ visits }) =>
          visits.length === 0 ? (
            <Empty title={appWords().today.empty}>{appWords().today.emptyHint}</Empty>
          ) : (
            <ul class="stack-s">
              {visits.map((stop) => (
                <li key={stop.id} class="card stop-line">
                  <span class="stop-time">{time(stop.planned_from ?? stop.window_from, stop.address.zones[0])}</span>
                  <span class="stop-text">
                    <span class="strong">{stop.customer.name ?? "–"}</span>
                    <span class="soft small">{doorInWords(stop.address)}</span>
                  </span>
                  <AppointmentChip state={stop.state} words={t().appointment} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </div>
  );
}
