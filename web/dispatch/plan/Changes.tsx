import type { Schemas } from "../../api/client";
import { Empty } from "../../ui/Empty";
import { time } from "../../ui/i18n/format";
import { StatusChip, type Tone } from "../../ui/StatusChip";
import { Compared } from "./Compared";
import { crewName, type Laid, type PlanDay } from "./load";
import { w } from "./words/words";

type Change = Schemas["PlanChange"];

const TONES: Record<string, Tone> = { added: "green", crew: "blue", hour: "blue", "crew-and-hour": "blue", "left-out": "red" };

/** What the plan makes different from the day as it stood, visit by visit, and why. */
export function Changes({ plan, value, isDraft }: { plan: Laid; value: PlanDay; isDraft: boolean }) {
  const words = w().changes;
  // Of what holds already, additions are no news to anybody.
  const changes = isDraft ? plan.changes : plan.changes.filter((change) => change.change !== "added");
  if (!isDraft && changes.length === 0) return null;
  return (
    <section class="card" aria-labelledby="plan-changes">
      <h2 id="plan-changes">
        {isDraft ? words.title : words.publishedTitle} {changes.length > 0 && <span class="soft">{changes.length}</span>}
      </h2>
      {isDraft && plan.figures && plan.figures_before && <Compared before={plan.figures_before} after={plan.figures} />}
      {isDraft && plan.price && plan.price.moved_s > 0 && (
        <p class="small soft">{words.price(w().hours(Math.round(plan.price.moved_s / 60)))}</p>
      )}
      {changes.length === 0 ? (
        <Empty title={words.none} />
      ) : (
        <ul class="list">
          {changes.map((change) => (
            <li key={change.appointment_id} class="line">
              <div class="row">
                <StatusChip tone={TONES[change.change] ?? "grey"} word={words.kinds[change.change] ?? change.change} />
                <span class="strong">{value.appointments.get(change.appointment_id)?.customer.name ?? w().board.unknown}</span>
              </div>
              <p class="small">
                {change.was && <Where at={change.was} plan={plan} value={value} />}
                {change.was && change.now && " → "}
                {change.now && <Where at={change.now} plan={plan} value={value} />}
              </p>
              <p class="soft small">
                {words.reasons[change.reason] ?? change.sentence}
                {change.price_s > 0 && ` ${words.priceOf(w().hours(Math.round(change.price_s / 60)))}`}
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Where({ at, plan, value }: { at: NonNullable<Change["was"]>; plan: Laid; value: PlanDay }) {
  const crew = plan.crews.find((each) => each.name === at.crew);
  return (
    <span>
      {crew ? crewName(crew, value.names) : (at.crew ?? w().changes.nobody)} {time(at.start_at)}
    </span>
  );
}
