import { useRef, useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { Loaded, useDoing, useLoading } from "../../ui/load";
import { go, to } from "../../ui/route";
import { StatusChip } from "../../ui/StatusChip";
import { ColumnTable } from "./ColumnTable";
import { Fault } from "./Fault";
import { Frame } from "./Frame";
import { fieldInWords, fieldsOf, label, loadKinds, type ImportKinds } from "./kinds";
import { Understood } from "./Understood";
import { w } from "./words/words";

type ImportFile = Schemas["ImportFile"];
export type Choice = Schemas["ImportFileUpdate"];

async function loadFile(fileId: string): Promise<{ file: ImportFile; kinds: ImportKinds }> {
  const path = { import_file_id: fileId };
  const [file, kinds] = await Promise.all([ask(api.GET("/v1/import-files/{import_file_id}", { params: { path } })), loadKinds()]);
  return { file, kinds };
}

/** The second step: what was understood of the file, and what each of its columns tells. */
export function ColumnsPage({ fileId }: { fileId: string }) {
  const loading = useLoading(fileId, () => loadFile(fileId));
  return (
    <Frame step={2}>
      <Loaded from={loading} lines={10}>
        {(loaded) => <Columns {...loaded} />}
      </Loaded>
    </Frame>
  );
}

function Columns({ file: first, kinds }: { file: ImportFile; kinds: ImportKinds }) {
  const words = w().columns;
  const [file, setFile] = useState(first);
  const [chosen, setChosen] = useState(() => chosenIn(first));
  const wanted = useRef<Choice | null>(null);
  const path = { import_file_id: file.id };
  // A choice made while another one is sent is sent next: none is lost, and the last one stands.
  const saving = useDoing(async () => {
    while (wanted.current) {
      const body = wanted.current;
      wanted.current = null;
      const saved = await ask(api.PATCH("/v1/import-files/{import_file_id}", { params: { path }, body }));
      setFile(saved);
      if (!body.columns) setChosen(chosenIn(saved));
    }
  });
  const checking = useDoing(async () => {
    const params = { path, header: keyed };
    const run = await ask(api.POST("/v1/import-files/{import_file_id}/runs", { params, body: { task: "check" } }));
    go("import", "runs", run.id);
  });

  function save(choice: Choice): void {
    wanted.current = choice;
    void saving.run();
  }

  function choose(header: string, field: string | null): void {
    const next = new Map(chosen).set(header, field);
    for (const other of file.columns) {
      // The field moves: the column that told it before tells nothing any more.
      const told = chosen.has(other.header) ? chosen.get(other.header) : other.field;
      if (field !== null && other.header && other.header !== header && told === field) next.set(other.header, null);
    }
    setChosen(next);
    save({ columns: listOf(next) });
  }

  const busy = file.latest_run && ["waiting", "running"].includes(file.latest_run.stage) ? file.latest_run : null;
  return (
    <>
      {busy && (
        <p class="note note-blue">
          {words.busy} <a href={to("import", "runs", busy.id)}>{words.busyGo}</a>
        </p>
      )}
      <Understood file={file} onChoice={save} />
      {saving.error !== undefined && <ErrorBox error={saving.error} retry={() => save({ columns: listOf(chosen) })} />}
      <Needed file={file} kinds={kinds} />
      <section class="card" aria-labelledby="columns">
        <h2 id="columns">{words.title}</h2>
        <ColumnTable file={file} kinds={kinds} chosen={chosen} onChoose={choose} />
      </section>
      {checking.error !== undefined && <ErrorBox error={checking.error} />}
      {file.faults.length > 0 && <p class="soft">{words.needsMore}</p>}
      <div class="actions">
        <Button kind="primary" size="large" isBusy={checking.isBusy} isDisabled={file.faults.length > 0} onClick={checking.run}>
          {words.go}
        </Button>
        <a class="button button-plain button-large" href={to("import", "new")}>
          {words.other}
        </a>
      </div>
    </>
  );
}

/** Which needed fields have their column, and what else stands against reading the file. */
function Needed({ file, kinds }: { file: ImportFile; kinds: ImportKinds }) {
  const words = w().columns;
  const told = new Set(file.columns.map((column) => column.field));
  const required = fieldsOf(kinds, file.kind).filter((field) => field.required);
  const missing = required.filter((field) => !told.has(field.name));
  const faults = file.faults.filter((fault) => fault.code !== "column-missing");
  return (
    <section class="card stack-s" aria-labelledby="needed">
      <h2 id="needed">{words.required}</h2>
      <ul class="row">
        {required.map((field) => (
          <li key={field.name}>
            <StatusChip tone={told.has(field.name) ? "green" : "red"} word={label(field)} />
          </li>
        ))}
      </ul>
      <div role="status">
        {missing.length === 0 ? (
          <p class="soft">{words.allThere}</p>
        ) : (
          <p class="note note-red">{words.missing(missing.map(label).join(w().comma))}</p>
        )}
      </div>
      {faults.length > 0 && (
        <>
          <h3>{words.faults}</h3>
          <ul class="list">
            {faults.map((fault) => (
              <li key={`${fault.row} ${fault.code} ${fault.detail}`} class="line">
                <p>
                  <span class="strong">
                    {fault.column ? fieldInWords(kinds, file.kind, fault.column) : w().report.rowNo(fault.row)}
                  </span>{" "}
                  <Fault code={fault.code} detail={fault.detail} />
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function chosenIn(file: ImportFile): Map<string, string | null> {
  const own = file.columns.filter((column) => column.found_by === "chosen" && column.header);
  return new Map(own.map((column) => [column.header, column.field]));
}

function listOf(chosen: ReadonlyMap<string, string | null>): { header: string; field: string | null }[] {
  return [...chosen].map(([header, field]) => ({ header, field }));
}
