import { useState } from "preact/hooks";

import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { ErrorBox } from "./ErrorBox";
import { Field } from "./Field";
import { t } from "./i18n/words";
import { useDoing } from "./load";

/** A way from masked to full: it asks why, and says that the answer stays on record. */
export function Reveal(props: { isRevealed: boolean; onHide: () => void; onReveal: (reason: string) => Promise<void> }) {
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [isMissing, setMissing] = useState(false);
  const words = t().masked;
  const revealing = useDoing(props.onReveal);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setMissing(!reason.trim());
    if (reason.trim() && (await revealing.run(reason.trim()))) {
      setOpen(false);
      setReason("");
    }
  }

  if (props.isRevealed) {
    return (
      <Button kind="quiet" onClick={props.onHide}>
        {words.hide}
      </Button>
    );
  }
  return (
    <>
      <Button kind="quiet" onClick={() => setOpen(true)}>
        {words.reveal}
      </Button>
      {isOpen && (
        <Dialog title={words.reveal} onClose={() => setOpen(false)}>
          <form class="stack" onSubmit={submit} noValidate>
            <Field
              label={words.reason}
              hint={words.hint}
              value={reason}
              onValue={setReason}
              maxLength={500}
              isRequired
              error={isMissing ? t().required : undefined}
            />
            {revealing.error !== undefined && <ErrorBox error={revealing.error} />}
            <div class="actions">
              <Button kind="primary" type="submit" isBusy={revealing.isBusy}>
                {words.go}
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
