import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../Button";
import { calendarDay, date, dayTime } from "../i18n/format";
import { t } from "../i18n/words";
import { may, me } from "../me";
import { ReasonDialog } from "../ReasonDialog";
import { toast } from "../Toast";
import { ExtendHold } from "./ExtendHold";
import { PlaceHold } from "./PlaceHold";
import { w } from "./words";

export type Hold = Schemas["ContactHold"];

export function kindInWords(hold: Hold): string {
  return t().holds[hold.kind] ?? hold.kind;
}

/** What forbids contact comes first on a page: nobody may miss it. Whoever learns of a reason can place one. */
export function Holds(props: { caseId: string; holds: readonly Hold[]; isOpen: boolean; onChange: () => Promise<void> }) {
  const [isPlacing, setPlacing] = useState(false);
  const words = w();
  const active = props.holds.filter((hold) => hold.state === "active");
  return (
    <section class="stack-s hold-note" aria-label={words.title}>
      {active.length === 0 ? (
        <p class="note note-green">{words.none}</p>
      ) : (
        <ul class="stack-s plain-list">
          {active.map((hold) => (
            <OneHold key={hold.id} hold={hold} onChange={props.onChange} />
          ))}
        </ul>
      )}
      {props.isOpen && may("contact_hold:place") && (
        <div class="row">
          <Button onClick={() => setPlacing(true)}>{words.place}</Button>
        </div>
      )}
      {isPlacing && <PlaceHold caseId={props.caseId} onPlaced={props.onChange} onClose={() => setPlacing(false)} />}
    </section>
  );
}

/** A plan's own hold is lifted by the plan alone; the others by the role that each names. */
function mayLift(hold: Hold): boolean {
  return may("contact_hold:lift") && (me.value?.roles as readonly string[]).includes(hold.lifted_by_role);
}

function OneHold({ hold, onChange }: { hold: Hold; onChange: () => Promise<void> }) {
  const [step, setStep] = useState<"extend" | "lift" | null>(null);
  const words = w();

  async function lift(reason: string): Promise<void> {
    const params = { path: { hold_id: hold.id }, header: keyed };
    await ask(api.POST("/v1/holds/{hold_id}/lifting", { params, body: { reason } }));
    toast(words.lifted);
    await onChange();
  }

  return (
    <li class="note note-red stack-s">
      <p class="strong">{words.one(kindInWords(hold))}</p>
      <p class="small">
        {[
          words.since(dayTime(hold.since)),
          hold.expires_at && words.until(date(calendarDay(hold.expires_at))),
          hold.review_on && words.review(date(hold.review_on)),
          words.liftedBy((t().roles as Record<string, string>)[hold.lifted_by_role] ?? hold.lifted_by_role),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {hold.cause && <p class="small">{hold.cause}</p>}
      {(may("contact_hold:extend") || mayLift(hold)) && (
        <div class="row">
          {may("contact_hold:extend") && (
            <Button onClick={() => setStep("extend")}>
              {words.extend}
              <span class="sr-only"> {kindInWords(hold)}</span>
            </Button>
          )}
          {mayLift(hold) && (
            <Button onClick={() => setStep("lift")}>
              {words.lift}
              <span class="sr-only"> {kindInWords(hold)}</span>
            </Button>
          )}
        </div>
      )}
      {step === "extend" && <ExtendHold hold={hold} onDone={onChange} onClose={() => setStep(null)} />}
      {step === "lift" && (
        <ReasonDialog
          title={words.liftTitle(kindInWords(hold))}
          label={words.liftReason}
          hint={words.liftHint}
          go={words.lift}
          onReason={lift}
          onClose={() => setStep(null)}
        />
      )}
    </li>
  );
}
