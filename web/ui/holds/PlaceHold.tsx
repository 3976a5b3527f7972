import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../Button";
import { Dialog } from "../Dialog";
import { ErrorBox } from "../ErrorBox";
import { Field, Select } from "../Field";
import { calendarDay, instantAt } from "../i18n/format";
import { t } from "../i18n/words";
import { useDoing } from "../load";
import { me } from "../me";
import { toast } from "../Toast";
import { w } from "./words";

type Kind = Schemas["HoldCreate"]["kind"];
// A running plan has its hold by itself.
const OWN_KIND = "plan_running";

/** Somebody learned of a reason not to contact the customer: it binds at once. */
export function PlaceHold(props: { caseId: string; onPlaced: () => Promise<void>; onClose: () => void }) {
  const [kind, setKind] = useState("");
  const [cause, setCause] = useState("");
  const [endsOn, setEndsOn] = useState("");
  const [reviewOn, setReviewOn] = useState("");
  const [isAsked, setAsked] = useState(false);
  const words = w();
  const today = calendarDay(me.value?.now ?? new Date().toISOString());
  const placing = useDoing(async () => {
    const body = {
      kind: kind as Kind,
      cause: cause.trim(),
      expires_at: endsOn ? instantAt(endsOn, "23:59") : null,
      review_on: reviewOn || null,
    };
    const params = { path: { case_id: props.caseId }, header: keyed };
    await ask(api.POST("/v1/cases/{case_id}/holds", { params, body }));
    toast(words.placed);
    await props.onPlaced();
  });

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setAsked(true);
    if (kind && cause.trim() && (await placing.run())) props.onClose();
  }

  const kinds = Object.entries(t().holds).filter(([each]) => each !== OWN_KIND);
  return (
    <Dialog title={words.placeTitle} onClose={props.onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        <p>{words.placeLead}</p>
        <Select
          label={words.kind}
          value={kind}
          onValue={setKind}
          options={[["", "–"], ...kinds]}
          isRequired
          error={isAsked && !kind ? t().required : undefined}
        />
        <Field
          label={words.cause}
          hint={words.causeHint}
          value={cause}
          onValue={setCause}
          maxLength={4000}
          isLong
          isRequired
          error={isAsked && !cause.trim() ? t().required : undefined}
        />
        <Field label={words.ends} hint={words.endHint} type="date" value={endsOn} min={today} onValue={setEndsOn} />
        <Field label={words.reviews} type="date" value={reviewOn} min={today} onValue={setReviewOn} />
        {placing.error !== undefined && <ErrorBox error={placing.error} />}
        <div class="actions">
          <Button kind="primary" type="submit" isBusy={placing.isBusy}>
            {words.place}
          </Button>
          <Button onClick={props.onClose}>{t().cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
