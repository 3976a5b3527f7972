import { useState } from "preact/hooks";

import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { ErrorBox } from "./ErrorBox";
import { Field } from "./Field";
import { t } from "./i18n/words";
import { useDoing } from "./load";

/** A step that needs a sentence of explanation, which stays on record. */
export function ReasonDialog(props: {
  title: string;
  label: string;
  hint?: string;
  go: string;
  maxLength?: number;
  onReason: (reason: string) => Promise<void>;
  onClose: () => void;
}) {
  const [reason, setReason] = useState("");
  const [isMissing, setMissing] = useState(false);
  const doing = useDoing(props.onReason);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setMissing(!reason.trim());
    if (reason.trim() && (await doing.run(reason.trim()))) props.onClose();
  }

  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        <Field
          label={props.label}
          hint={props.hint}
          value={reason}
          onValue={setReason}
          maxLength={props.maxLength ?? 500}
          isLong
          isRequired
          error={isMissing ? t().required : undefined}
        />
        {doing.error !== undefined && <ErrorBox error={doing.error} />}
        <div class="actions">
          <Button kind="primary" type="submit" isBusy={doing.isBusy}>
            {props.go}
          </Button>
          <Button onClick={props.onClose}>{t().cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
