import { useState } from "preact/hooks";

import { api, ask, keyed, on, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { useDoing } from "../../ui/load";
import { ReasonDialog } from "../../ui/ReasonDialog";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";

/** Somebody takes an alert on, and says in the end how it was dealt with. */
export function AlertWays({ alert, onChange }: { alert: Schemas["Alert"]; onChange: () => Promise<void> }) {
  const words = w().alerts;
  const [isClosing, setClosing] = useState(false);
  const path = { alert_id: alert.id };
  const header = { ...keyed, ...on(alert) };
  const taking = useDoing(async () => {
    await ask(api.POST("/v1/alerts/{alert_id}/acknowledge", { params: { path, header } }));
    toast(words.tookToast);
    await onChange();
  });

  async function close(note: string): Promise<void> {
    await ask(api.POST("/v1/alerts/{alert_id}/close", { params: { path, header }, body: { note } }));
    toast(words.closedToast);
    await onChange();
  }

  return (
    <>
      {taking.error !== undefined && <ErrorBox error={taking.error} />}
      <div class="row">
        {alert.state === "open" && (
          <Button onClick={taking.run} isBusy={taking.isBusy}>
            {words.take}
          </Button>
        )}
        {alert.state === "acknowledged" && <Button onClick={() => setClosing(true)}>{words.close}</Button>}
      </div>
      {isClosing && (
        <ReasonDialog
          title={words.close}
          label={words.note}
          hint={words.noteHint}
          go={words.close}
          onReason={close}
          onClose={() => setClosing(false)}
        />
      )}
    </>
  );
}
