import { api, type Schemas } from "../../api/client";
import { every } from "../../api/pages";
import { Empty } from "../../ui/Empty";
import { day, timeToSecond } from "../../ui/i18n/format";
import { language } from "../../ui/i18n/language";
import { Loaded, useLoading } from "../../ui/load";
import { Table, type Column } from "../../ui/Table";
import { w } from "../words/words";
import { whoInWords } from "./Story";

/** Who looked, when, and at what: the custody of what is known. */
export function Readings({ caseId }: { caseId: string }) {
  const words = w().readings;
  const loading = useLoading(caseId, () =>
    every((cursor) =>
      api.GET("/v1/cases/{case_id}/readings", {
        params: { path: { case_id: caseId }, query: { limit: 200, ...cursor } },
      }),
    ),
  );
  const columns: Column<Schemas["Reading"]>[] = [
    { head: words.when, cell: (reading) => `${day(reading.at)} ${timeToSecond(reading.at)}` },
    { head: words.who, cell: (reading) => whoInWords(reading.who) },
    { head: words.what, cell: (reading) => reading.text[language.value] },
  ];
  return (
    <section class="card stack" aria-labelledby="readings">
      <h2 id="readings">{words.title}</h2>
      <p class="soft">{words.lead}</p>
      <Loaded from={loading}>
        {(readings) =>
          readings.length === 0 ? (
            <Empty title={words.empty} />
          ) : (
            <Table caption={words.title} columns={columns} rows={readings} keyOf={(reading) => reading.id} />
          )
        }
      </Loaded>
    </section>
  );
}
