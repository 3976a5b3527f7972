import { Empty } from "../../ui/Empty";
import { day as dayInWords, instantAt } from "../../ui/i18n/format";
import { to } from "../../ui/route";
import { Skeleton } from "../../ui/Skeleton";
import { calls, today } from "../day";
import { Line } from "../today/Today";
import { w as appWords } from "../words/words";
import { w } from "./words/words";

/** One's own visits of the last days, as this phone still keeps them: newest day first. */
export function Past() {
  const words = w();
  const now = today();
  const past = calls.value?.filter(({ stop }) => stop.day < now) ?? [];
  const days = [...new Set(past.map(({ stop }) => stop.day))].sort().reverse();
  return (
    <div class="stack">
      <p class="back">
        <a href={to("today")}>‹ {appWords().today.title}</a>
      </p>
      <h1>{words.title}</h1>
      {calls.value === null ? (
        <Skeleton lines={6} />
      ) : days.length === 0 ? (
        <Empty title={words.empty}>{words.emptyHint}</Empty>
      ) : (
        days.map((day) => (
          <section key={day} aria-label={day}>
            <h2 class="group">{dayInWords(instantAt(day, "12:00"))}</h2>
            <ul class="stack-s">
              {past
                .filter(({ stop }) => stop.day === day)
                .map((call) => (
                  <Line key={call.stop.id} call={call} />
                ))}
            </ul>
          </section>
        ))
      )}
    </div>
  );
}
