import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { api, ask, keyed } from "../../api/client";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { language } from "../../ui/i18n/language";
import { useDoing } from "../../ui/load";
import { may } from "../../ui/me";
import { go, to } from "../../ui/route";
import { Table } from "../../ui/Table";
import { Report } from "./Report";
import type { Run, Seen } from "./RunPage";
import { UndoDialog } from "./UndoDialog";
import { w } from "./words/words";

type Tone = "green" | "red" | "amber" | "blue";

/** What came of a run, and what can be done next. */
export function Outcome({ run, kinds, imported, takesFocus }: Seen & { takesFocus: boolean }) {
  const [tone, title, text] = toldOf(run, imported?.state ?? null);
  return (
    <>
      <Result tone={tone} title={title} takesFocus={takesFocus}>
        {text}
      </Result>
      {run.failure && run.failure.blocking.length > 0 && <Blockers failure={run.failure} />}
      {run.report && <Report run={run} report={run.report} kinds={kinds} />}
      <Next run={run} imported={imported} />
    </>
  );
}

function toldOf(run: Run, state: string | null): [Tone, string, string] {
  const words = w().run;
  if (run.stage === "cancelled") {
    return ["amber", words.cancelled, run.task === "undo" ? words.undoCancelledText : words.cancelledText];
  }
  const errors = run.report?.error_count ?? 0;
  if (errors > 0) return ["red", words.checkedErrors(errors), words.checkedErrorsText];
  if (run.stage === "failed") return ["red", words.failed[run.task], failureInWords(run.failure)];
  if (run.task === "undo") return ["green", words.undone, words.undoneText];
  if (run.task === "apply") return ["green", words.applied, state === "undone" ? words.alreadyUndone : words.appliedText];
  const isNothingNew = run.report !== null && run.report.created + run.report.updated === 0;
  return ["green", words.checked, isNothingNew ? words.nothingNew : words.checkedText];
}

function failureInWords(failure: Run["failure"]): string {
  const words = w().run.failures;
  const said = failure ? words[failure.code] : undefined;
  if (said !== undefined) return said;
  return language.value === "en" && failure ? failure.detail : (words.internal ?? "");
}

/** The answer at the top: where the eyes and the keyboard were on a progress bar, they go on here. */
function Result(props: { tone: Tone; title: string; takesFocus: boolean; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (props.takesFocus) heading.current?.focus();
  }, []);
  return (
    <section class={`note note-${props.tone} import-result`} aria-labelledby="result">
      <h2 id="result" ref={heading} tabIndex={-1}>
        {props.title}
      </h2>
      {props.children && <p>{props.children}</p>}
    </section>
  );
}

function Blockers({ failure }: { failure: NonNullable<Run["failure"]> }) {
  const words = w().run;
  const inWords = (subject: string, what: string) =>
    language.value === "en" ? what : (words.subjects[subject] ?? words.something);
  return (
    <section class="card" aria-labelledby="blockers">
      <h2 id="blockers">{words.blockers}</h2>
      <Table
        caption={words.blockers}
        rows={failure.blocking}
        keyOf={(each) => each.reference + each.what}
        columns={[
          {
            head: words.reference,
            cell: (each) => (each.case_id ? <a href={to("cases", each.case_id)}>{each.reference}</a> : each.reference),
          },
          { head: words.what, cell: (each) => inWords(each.subject, each.what) },
        ]}
      />
    </section>
  );
}

function Next({ run, imported }: Pick<Seen, "run" | "imported">) {
  const words = w().run;
  const [isUndoing, setUndoing] = useState(false);
  const applying = useDoing(async () => {
    const params = { path: { import_file_id: run.file_id ?? "" }, header: keyed };
    const next = await ask(api.POST("/v1/import-files/{import_file_id}/runs", { params, body: { task: "apply" } }));
    go("import", "runs", next.id);
  });
  const isOfFile = run.task !== "undo" && run.file_id !== null && run.import_id === null;
  const hasErrors = (run.report?.error_count ?? 0) > 0;
  return (
    <>
      {applying.error !== undefined && <ErrorBox error={applying.error} />}
      <div class="actions">
        {run.task === "check" && run.stage === "done" && !hasErrors && (
          <Button kind="primary" size="large" isBusy={applying.isBusy} onClick={applying.run}>
            {words.apply}
          </Button>
        )}
        {hasErrors && (
          <a class="button button-primary button-large" href={to("import", "new")}>
            {words.otherFile}
          </a>
        )}
        {isOfFile && run.file_id && (
          <a class="button button-plain button-large" href={to("import", "files", run.file_id)}>
            {words.toColumns}
          </a>
        )}
        {run.task === "apply" && imported?.state === "applied" && (
          <>
            {imported.kind !== "shifts" && (
              <a class="button button-primary button-large" href={to("import", "cases", imported.id)}>
                {words.seeCases}
              </a>
            )}
            {may("import:undo") && (
              <Button size="large" onClick={() => setUndoing(true)}>
                {words.undo}
              </Button>
            )}
          </>
        )}
        {!isOfFile && (
          <a class="button button-plain button-large" href={to("import")}>
            {words.toList}
          </a>
        )}
      </div>
      {isUndoing && imported && <UndoDialog imported={imported} onClose={() => setUndoing(false)} />}
    </>
  );
}
