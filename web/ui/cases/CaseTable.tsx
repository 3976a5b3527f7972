import type { Schemas } from "../../api/client";
import { money } from "../i18n/format";
import { to } from "../route";
import { Table } from "../Table";
import { CaseChip } from "./CaseChip";
import { c } from "./words";

/** Cases as lists show them, each leading to its page. */
export function CaseTable({ lines }: { lines: readonly Schemas["CaseLine"][] }) {
  const words = c().search;
  return (
    <Table
      caption={words.caption}
      rows={lines}
      keyOf={(line) => line.case.id}
      columns={[
        {
          head: words.reference,
          cell: (line) => (
            <a class="strong" href={to("cases", line.case.id)}>
              {line.case.reference}
            </a>
          ),
        },
        { head: words.customer, cell: (line) => line.customer.name ?? "–" },
        { head: words.phone, cell: (line) => line.customer.phone ?? "–" },
        { head: words.owed, isNumber: true, cell: (line) => (line.balance ? money(line.balance.total) : "–") },
        { head: words.state, cell: (line) => <CaseChip state={line.case.state} /> },
      ]}
    />
  );
}
