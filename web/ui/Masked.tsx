import { useState } from "preact/hooks";

import { Button } from "./Button";
import { t } from "./i18n/words";
import { ReasonDialog } from "./ReasonDialog";

/** A way from masked to full: it asks why, and says that the answer stays on record. */
export function Reveal(props: { isRevealed: boolean; onHide: () => void; onReveal: (reason: string) => Promise<void> }) {
  const [isOpen, setOpen] = useState(false);
  const words = t().masked;
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
        <ReasonDialog
          title={words.reveal}
          label={words.reason}
          hint={words.hint}
          go={words.go}
          onReason={props.onReveal}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
