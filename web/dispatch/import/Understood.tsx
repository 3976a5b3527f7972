import type { Schemas } from "../../api/client";
import { Select } from "../../ui/Field";
import type { Choice } from "./ColumnsPage";
import type { Kind } from "./kinds";
import { w } from "./words/words";

const CERTAIN = ["UTF-8", "UTF-16"];
const ENDINGS: Record<string, RegExp> = { xlsx: /\.xls[xm]$/i, csv: /\.(csv|txt|tsv|tab)$/i };

/** What was made of the file, with what a person may decide otherwise: what is in it, and which sheet. */
export function Understood({ file, onChoice }: { file: Schemas["ImportFile"]; onChoice: (choice: Choice) => void }) {
  const words = w().columns;
  const isGuessed = file.encoding !== null && !CERTAIN.includes(file.encoding);
  const isNamedOther = file.filename.includes(".") && !(ENDINGS[file.format]?.test(file.filename) ?? true);
  return (
    <section class="card stack" aria-labelledby="understood">
      <h2 id="understood">{words.understood}</h2>
      <dl class="facts">
        <dt>{words.file}</dt>
        <dd>
          <bdi class="import-name">{file.filename}</bdi>
        </dd>
        {file.source !== file.filename && (
          <>
            <dt>{words.source}</dt>
            <dd>
              <bdi>{file.source}</bdi>
            </dd>
          </>
        )}
        <dt>{words.format}</dt>
        <dd>
          {file.format === "csv"
            ? words.csv(file.encoding ?? "", words.separators[file.separator ?? ""] ?? file.separator ?? "")
            : words.xlsx}
        </dd>
        {file.header_row > 0 && (
          <>
            <dt>{words.header}</dt>
            <dd>{words.headerRow(file.header_row)}</dd>
          </>
        )}
      </dl>
      {isGuessed && <p class="note note-amber">{words.guessed(file.encoding ?? "")}</p>}
      {isNamedOther && <p class="note note-amber">{words.namedOther(file.format.toUpperCase())}</p>}
      <div class="import-choices">
        <Select
          label={words.kind}
          hint={words.kindHint}
          value={file.kind}
          onValue={(kind) => onChoice({ kind: kind as Kind })}
          options={Object.entries(w().kinds)}
        />
        {file.sheets.length > 1 && (
          <Select
            label={words.sheet}
            value={file.sheet}
            onValue={(sheet) => onChoice({ sheet })}
            options={file.sheets.map(({ name, is_hidden, is_empty }) => [
              name,
              is_empty ? words.sheetEmpty(name) : is_hidden ? words.sheetHidden(name) : name,
            ])}
          />
        )}
      </div>
    </section>
  );
}
