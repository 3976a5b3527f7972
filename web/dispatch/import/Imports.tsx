import { useState } from "preact/hooks";

import { api, ask, type Schemas } from "../../api/client";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { dayTime } from "../../ui/i18n/format";
import { Loaded, useLoading } from "../../ui/load";
import { may } from "../../ui/me";
import { More, useGrowing } from "../../ui/More";
import { to } from "../../ui/route";
import { StatusChip } from "../../ui/StatusChip";
import { Table, type Column } from "../../ui/Table";
import { toast } from "../../ui/Toast";
import { UndoDialog } from "./UndoDialog";
import { w } from "./words/words";

type Past = Schemas["Import"];
type Waiting = Schemas["ImportFile"];

/** What came in by file, newest first, and what still waits. */
export function Imports() {
  const words = w().list;
  const past = useGrowing<Past>("imports", (cursor) => api.GET("/v1/imports", { params: { query: { limit: 20, ...cursor } } }));
  const waiting = useLoading("import-files", () => ask(api.GET("/v1/import-files", { params: { query: { limit: 20 } } })));
  const [undoing, setUndoing] = useState<Past | null>(null);
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <a class="button button-primary" href={to("import", "new")}>
          {words.go}
        </a>
      </div>
      <div class="stack">
        <p class="soft">{words.lead}</p>
        <Loaded from={waiting} lines={1}>
          {({ items }) => items.length > 0 && <Files files={items} onChange={waiting.reload} />}
        </Loaded>
        <section class="card" aria-labelledby="past">
          <h2 id="past">{words.past}</h2>
          <Loaded from={past.first}>
            {() =>
              past.items.length === 0 ? (
                <Empty title={words.empty}>{words.emptyHint}</Empty>
              ) : (
                <Table caption={words.past} columns={columns(setUndoing)} rows={past.items} keyOf={(each) => each.id} />
              )
            }
          </Loaded>
          <More of={past} />
        </section>
      </div>
      {undoing && <UndoDialog imported={undoing} onClose={() => setUndoing(null)} />}
    </>
  );
}

function columns(onUndo: (imported: Past) => void): Column<Past>[] {
  const words = w().list;
  return [
    {
      head: words.file,
      cell: (each) => (
        <>
          {each.kind === "shifts" ? (
            <bdi class="strong import-name">{each.filename}</bdi>
          ) : (
            <a class="strong import-name" href={to("import", "cases", each.id)}>
              <bdi>{each.filename}</bdi>
            </a>
          )}
          <div class="soft small">
            {w().kinds[each.kind]}
            {each.source !== each.filename && <> · {each.source}</>}
          </div>
        </>
      ),
    },
    { head: words.when, cell: (each) => dayTime(each.applied_at) },
    { head: words.who, cell: (each) => <bdi>{each.applied_by ? (each.applied_by.name ?? words.erased) : words.terminal}</bdi> },
    { head: words.counts, cell: (each) => words.told(each.created, each.updated, each.unchanged) },
    {
      head: words.state,
      cell: (each) => (
        <>
          <StatusChip tone={each.state === "applied" ? "green" : "grey"} word={words.states[each.state] ?? each.state} />
          {each.undone_at && <div class="soft small">{words.undoneAt(dayTime(each.undone_at))}</div>}
        </>
      ),
    },
    {
      head: words.undo,
      cell: (each) =>
        each.state === "applied" && may("import:undo") ? (
          <Button label={words.undoOf(each.filename)} onClick={() => onUndo(each)}>
            {words.undo}
          </Button>
        ) : (
          "–"
        ),
    },
  ];
}

function Files({ files, onChange }: { files: readonly Waiting[]; onChange: () => Promise<void> }) {
  const words = w().list;
  const [forgetting, setForgetting] = useState<Waiting | null>(null);
  return (
    <section class="card" aria-labelledby="waiting">
      <h2 id="waiting">{words.waiting}</h2>
      <ul class="list">
        {files.map((file) => (
          <li key={file.id} class="line row spread">
            <div>
              <bdi class="strong import-name">{file.filename}</bdi>
              <p class="soft small">
                {w().kinds[file.kind]} · {words.kept(dayTime(file.expires_at))}
              </p>
            </div>
            <div class="row">
              <a class="button button-plain" href={wayOf(file)} aria-label={words.goOnOf(file.filename)}>
                {words.goOn}
              </a>
              <Button kind="quiet" label={words.forgetOf(file.filename)} onClick={() => setForgetting(file)}>
                {words.forget}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {forgetting && (
        <ConfirmDialog
          title={words.forgetTitle}
          go={words.forget}
          onClose={() => setForgetting(null)}
          onGo={async () => {
            await ask(api.DELETE("/v1/import-files/{import_file_id}", { params: { path: { import_file_id: forgetting.id } } }));
            toast(words.forgotten);
            await onChange();
          }}
        >
          <p>{words.forgetText(forgetting.filename)}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

/** Where one left off: at its run, if one is under way or found something, else at its columns. */
function wayOf(file: Waiting): string {
  const run = file.latest_run;
  return run && run.stage !== "cancelled" ? to("import", "runs", run.id) : to("import", "files", file.id);
}
