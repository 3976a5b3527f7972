import { isDay } from "../../core/days";
import { calendarDay } from "../../ui/i18n/format";
import { may, me } from "../../ui/me";
import { route, to } from "../../ui/route";
import { DayPage } from "./DayPage";
import { w } from "./words/words";

/** A day's plan, published or as a draft: who visits whom and when. */
export function PlanPart() {
  const [, asked, draftId = null] = route.value;
  if (!may("plan:read")) return <NoRight />;
  const day = asked ?? calendarDay(me.value?.now ?? new Date().toISOString());
  if (!isDay(day)) return <p class="note note-amber">{w().badDay}</p>;
  return <DayPage key={`${day} ${draftId}`} day={day} draftId={draftId} />;
}

function NoRight() {
  const words = w().noRight;
  return (
    <section class="card stack no-right">
      <h1>{words.title}</h1>
      <p>{words.text}</p>
      <a href={to("today")}>{words.toDay}</a>
    </section>
  );
}
