import { api, ask, keyed } from "../../api/client";
import { Problem } from "../../api/problem";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { weekday } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { go } from "../../ui/route";
import { toast } from "../../ui/Toast";
import type { Draft } from "./load";
import { w } from "./words/words";

/** What publishing will do is said first; it publishes the version that was looked at and no other. */
export function PublishDialog({ draft, onStale, onClose }: { draft: Draft; onStale: () => Promise<void>; onClose: () => void }) {
  const words = w().publish;
  const publishing = useDoing(async () => {
    const body = { draft_id: draft.id, version: draft.version };
    await ask(api.POST("/v1/plans", { params: { header: keyed }, body }));
    toast(words.done);
    onClose();
    go("plan", draft.day);
  });
  const isStale = publishing.error instanceof Problem && publishing.error.status === 412;
  const planned = draft.routes.reduce((sum, route) => sum + route.visits.length, 0);
  return (
    <Dialog title={words.title(weekday(draft.day))} onClose={onClose}>
      <div class="stack">
        <p>{words.text(planned, draft.changes.length, draft.dropped.length)}</p>
        {isStale ? (
          <p class="note note-amber">{words.stale}</p>
        ) : (
          publishing.error !== undefined && <ErrorBox error={publishing.error} />
        )}
        <div class="actions">
          {isStale ? (
            <Button
              kind="primary"
              onClick={async () => {
                await onStale();
                onClose();
              }}
            >
              {words.reload}
            </Button>
          ) : (
            <Button kind="primary" isBusy={publishing.isBusy} onClick={publishing.run}>
              {words.go}
            </Button>
          )}
          <Button onClick={onClose}>{t().cancel}</Button>
        </div>
      </div>
    </Dialog>
  );
}
