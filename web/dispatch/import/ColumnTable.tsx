import type { Schemas } from "../../api/client";
import { Table, type Column } from "../../ui/Table";
import { fieldsOf, label, type ImportKinds } from "./kinds";
import { w } from "./words/words";

const SAMPLES = 3;

type ImportColumn = Schemas["ImportColumn"];

/** Each column with what stands in its first rows, and the field that it tells. */
export function ColumnTable(props: {
  file: Schemas["ImportFile"];
  kinds: ImportKinds;
  chosen: ReadonlyMap<string, string | null>;
  onChoose: (header: string, field: string | null) => void;
}) {
  const { file, kinds, chosen, onChoose } = props;
  const words = w().columns;
  const fields = fieldsOf(kinds, file.kind);
  const columns: Column<ImportColumn>[] = [
    { head: words.column, cell: ({ header }) => <bdi class="strong">{header || words.noName}</bdi> },
    {
      head: words.samples,
      cell: ({ position }) => (
        <ul class="import-samples">
          {file.preview.slice(0, SAMPLES).map(({ row, cells }) => (
            <li key={row}>{cells[position] || "–"}</li>
          ))}
        </ul>
      ),
    },
    {
      head: words.field,
      cell: ({ header, field, found_by }) => {
        if (!header) return <span class="soft">{words.noNameText}</span>;
        const value = (chosen.has(header) ? chosen.get(header) : field) ?? "";
        const why = chosen.has(header) ? "chosen" : found_by;
        return (
          <>
            <select
              class="input"
              aria-label={words.fieldOf(header)}
              value={value}
              onChange={(event) => onChoose(header, event.currentTarget.value || null)}
            >
              <option value="">{words.leaveOut}</option>
              {fields.map((each) => (
                <option key={each.name} value={each.name}>
                  {label(each)}
                  {each.required ? " *" : ""}
                </option>
              ))}
            </select>
            {why && <p class="soft small">{words.found[why]}</p>}
          </>
        );
      },
    },
  ];
  return <Table caption={words.title} columns={columns} rows={file.columns} keyOf={(column) => String(column.position)} />;
}
