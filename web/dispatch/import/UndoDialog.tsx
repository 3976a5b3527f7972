import { api, ask, keyed, type Schemas } from "../../api/client";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { go } from "../../ui/route";
import { w } from "./words/words";

/** Says what undoing will do; once it is asked for, its run is shown. */
export function UndoDialog({ imported, onClose }: { imported: Schemas["Import"]; onClose: () => void }) {
  const words = w().undo;

  async function undo(): Promise<void> {
    const params = { path: { import_id: imported.id }, header: keyed };
    const run = await ask(api.POST("/v1/imports/{import_id}/undo", { params }));
    go("import", "runs", run.id);
  }

  return (
    <ConfirmDialog title={words.title} go={words.go} onGo={undo} onClose={onClose}>
      <p>{words.text(imported.filename)}</p>
      <ul class="import-effects">
        {imported.created > 0 && <li>{words.created(imported.created)}</li>}
        {imported.updated > 0 && <li>{words.updated(imported.updated)}</li>}
        {imported.created + imported.updated === 0 && <li>{words.nothing}</li>}
      </ul>
      <p class="soft small">{words.limit}</p>
      <p class="soft small">{words.record}</p>
    </ConfirmDialog>
  );
}
