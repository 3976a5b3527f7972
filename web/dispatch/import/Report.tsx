import { fetchBlob, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { language } from "../../ui/i18n/language";
import { useDoing } from "../../ui/load";
import { Table } from "../../ui/Table";
import { toast } from "../../ui/Toast";
import { Fault } from "./Fault";
import { fieldInWords, type ImportKinds } from "./kinds";
import type { Run } from "./RunPage";
import { w } from "./words/words";

const SHOWN = 50;

/** The figures of a file, its errors, and which records it changes. */
export function Report({ run, report, kinds }: { run: Run; report: Schemas["ImportReport"]; kinds: ImportKinds }) {
  const words = w().report;
  const counts: [string, number, ("red" | "amber" | false)?][] = [
    [words.rows, report.rows],
    [words.created, report.created],
    [words.updated, report.updated],
    [words.unchanged, report.unchanged],
    [words.errors, report.error_count, report.error_count > 0 && "red"],
    [words.questions, report.question_count, report.question_count > 0 && "amber"],
  ];
  return (
    <>
      <dl class="counts import-counts">
        {counts.map(([word, count, tone]) => (
          <div key={word} class={tone ? `count count-${tone}` : "count"}>
            <dt>{word}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
      {report.error_count > 0 && <Errors run={run} report={report} kinds={kinds} />}
      {report.question_count > 0 && <Questions report={report} kinds={kinds} />}
      {report.ignored_columns.length > 0 && <p class="soft">{words.ignored(report.ignored_columns.join(w().comma))}</p>}
      {report.updates.length > 0 && <Updates run={run} report={report} kinds={kinds} />}
    </>
  );
}

function Errors({ run, report, kinds }: { run: Run; report: Schemas["ImportReport"]; kinds: ImportKinds }) {
  const words = w().report;
  const fetching = useDoing(async () => {
    const blob = await fetchBlob(`/v1/import-runs/${run.id}/errors?language=${language.value}`);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${report.filename.replace(/\.[^.]*$/, "")}-errors.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
    toast(words.downloaded);
  });
  const columnOf = ({ row, column }: Schemas["RowError"]) =>
    column ? fieldInWords(kinds, report.kind, column) : row === 0 ? "" : words.wholeRow;
  return (
    <section class="card stack" aria-labelledby="errors">
      <h2 id="errors">{words.errorList}</h2>
      {run.has_errors && (
        <div class="row">
          <Button isBusy={fetching.isBusy} onClick={fetching.run}>
            {words.download}
          </Button>
          <span class="soft small">{words.downloadHint}</span>
        </div>
      )}
      {fetching.error !== undefined && <ErrorBox error={fetching.error} />}
      <Table
        caption={words.errorList}
        rows={report.errors.slice(0, SHOWN)}
        keyOf={(each) => `${each.row} ${each.column} ${each.code} ${each.detail}`}
        columns={[
          { head: words.row, cell: (each) => (each.row === 0 ? words.whole : words.rowNo(each.row)) },
          { head: words.column, cell: columnOf },
          { head: words.value, cell: (each) => <bdi class="import-name">{each.value || "–"}</bdi> },
          { head: words.problem, cell: (each) => <Fault code={each.code} detail={each.detail} /> },
        ]}
      />
      {report.error_count > SHOWN && <p class="soft">{words.shown(SHOWN, report.error_count)}</p>}
    </section>
  );
}

/** What the law asks of rows: it stops nothing now, but will when somebody acts on it. */
function Questions({ report, kinds }: { report: Schemas["ImportReport"]; kinds: ImportKinds }) {
  const words = w().report;
  return (
    <section class="card stack" aria-labelledby="questions">
      <h2 id="questions">{words.questionList}</h2>
      <p class="soft">{words.questionText}</p>
      <Table
        caption={words.questionList}
        rows={report.questions.slice(0, SHOWN)}
        keyOf={(each) => `${each.row} ${each.column} ${each.rule_id}`}
        columns={[
          { head: words.row, cell: (each) => words.rowNo(each.row) },
          { head: words.column, cell: (each) => fieldInWords(kinds, report.kind, each.column) },
          { head: words.problem, cell: (each) => <Fault code={each.code} detail={each.detail} /> },
          { head: words.rule, cell: (each) => <span class="rule-id">{each.rule_id}</span> },
        ]}
      />
      {report.question_count > SHOWN && <p class="soft">{words.firstOf(SHOWN)}</p>}
    </section>
  );
}

function Updates({ run, report, kinds }: { run: Run; report: Schemas["ImportReport"]; kinds: ImportKinds }) {
  const words = w().report;
  const told = run.task === "check" ? words.updates : words.updatesDone;
  return (
    <details class="card">
      <summary>{told(report.updated)}</summary>
      <Table
        caption={told(report.updated)}
        rows={report.updates.slice(0, SHOWN)}
        keyOf={(each) => `${each.row} ${each.reference}`}
        columns={[
          { head: w().run.reference, cell: (each) => each.reference },
          { head: words.row, cell: (each) => words.rowNo(each.row) },
          {
            head: words.changes,
            cell: (each) => each.columns.map((name) => fieldInWords(kinds, report.kind, name)).join(w().comma),
          },
        ]}
      />
      {report.updated > SHOWN && <p class="soft">{words.firstOf(SHOWN)}</p>}
    </details>
  );
}
