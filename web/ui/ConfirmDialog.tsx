import type { ComponentChildren } from "preact";

import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { ErrorBox } from "./ErrorBox";
import { t } from "./i18n/words";
import { useDoing } from "./load";

/** A step that is not taken back: what it does is said first. */
export function ConfirmDialog(props: {
  title: string;
  go: string;
  onGo: () => Promise<void>;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const doing = useDoing(props.onGo);
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <div class="stack">
        {props.children}
        {doing.error !== undefined && <ErrorBox error={doing.error} />}
        <div class="actions">
          <Button
            kind="danger"
            isBusy={doing.isBusy}
            onClick={async () => {
              if (await doing.run()) props.onClose();
            }}
          >
            {props.go}
          </Button>
          <Button onClick={props.onClose}>{t().cancel}</Button>
        </div>
      </div>
    </Dialog>
  );
}
