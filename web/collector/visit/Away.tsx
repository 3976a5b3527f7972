import { useState } from "preact/hooks";

import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field } from "../../ui/Field";
import { useDoing } from "../../ui/load";
import { w } from "./words/words";

/** Why the position lies elsewhere: kept with the arrival, and the arrival stands without it, too. */
export function Away(props: { lies: string; onArrive: (reason: string | null) => Promise<void>; onClose: () => void }) {
  const words = w();
  const [reason, setReason] = useState("");
  const arriving = useDoing(props.onArrive);

  function submit(event: Event): void {
    event.preventDefault();
    void arriving.run(reason.trim() || null);
  }

  return (
    <Dialog title={words.away} onClose={props.onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        <p class="soft">{props.lies}</p>
        <Field label={words.awayLabel} hint={words.awayHint} value={reason} onValue={setReason} maxLength={500} isLong />
        {arriving.error !== undefined && <ErrorBox error={arriving.error} />}
        <Button kind="primary" size="large" type="submit" isBusy={arriving.isBusy}>
          {reason.trim() ? words.awayGo : words.awayNone}
        </Button>
      </form>
    </Dialog>
  );
}
