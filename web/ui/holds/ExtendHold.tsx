import { useState } from "preact/hooks";

import { api, ask, keyed } from "../../api/client";
import { Button } from "../Button";
import { Dialog } from "../Dialog";
import { ErrorBox } from "../ErrorBox";
import { Field } from "../Field";
import { calendarDay, instantAt } from "../i18n/format";
import { t } from "../i18n/words";
import { useDoing } from "../load";
import { toast } from "../Toast";
import { kindInWords, type Hold } from "./Holds";
import { w } from "./words";

/** A hold lasts longer, or is looked at again later; it is never made shorter. */
export function ExtendHold(props: { hold: Hold; onDone: () => Promise<void>; onClose: () => void }) {
  const { hold } = props;
  const before = hold.expires_at ? calendarDay(hold.expires_at) : (hold.review_on ?? "");
  const [onDay, setOnDay] = useState("");
  const [reason, setReason] = useState("");
  const [isAsked, setAsked] = useState(false);
  const words = w();
  const isLater = onDay > before;
  const extending = useDoing(async () => {
    const end = hold.expires_at ? { expires_at: instantAt(onDay, "23:59") } : { review_on: onDay };
    const params = { path: { hold_id: hold.id }, header: keyed };
    await ask(api.POST("/v1/holds/{hold_id}/extension", { params, body: { reason: reason.trim(), ...end } }));
    toast(words.extended);
    await props.onDone();
  });

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setAsked(true);
    if (isLater && reason.trim() && (await extending.run())) props.onClose();
  }

  return (
    <Dialog title={words.extendTitle(kindInWords(hold))} onClose={props.onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        <Field
          label={hold.expires_at ? words.newEnd : words.newReview}
          type="date"
          value={onDay}
          min={before}
          onValue={setOnDay}
          isRequired
          error={isAsked && !isLater ? words.notLater : undefined}
        />
        <Field
          label={words.reason}
          value={reason}
          onValue={setReason}
          maxLength={500}
          isLong
          isRequired
          error={isAsked && !reason.trim() ? t().required : undefined}
        />
        {extending.error !== undefined && <ErrorBox error={extending.error} />}
        <div class="actions">
          <Button kind="primary" type="submit" isBusy={extending.isBusy}>
            {words.extend}
          </Button>
          <Button onClick={props.onClose}>{t().cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
