import { api, ask, type Schemas } from "../../api/client";
import { CaseTable } from "../../ui/cases/CaseTable";
import { Empty } from "../../ui/Empty";
import { dayTime } from "../../ui/i18n/format";
import { Loaded, useLoading } from "../../ui/load";
import { More, useGrowing } from "../../ui/More";
import { Frame } from "./Frame";
import { w } from "./words/words";

/** The cases that a file opened or told something new of. */
export function ImportedCases({ importId }: { importId: string }) {
  const words = w().cases;
  const path = { import_id: importId };
  const imported = useLoading(importId, () => ask(api.GET("/v1/imports/{import_id}", { params: { path } })));
  const cases = useGrowing<Schemas["CaseLine"]>(importId, (cursor) =>
    api.GET("/v1/imports/{import_id}/cases", { params: { path, query: { limit: 50, ...cursor } } }),
  );
  return (
    <Frame title={words.title}>
      <Loaded from={imported} lines={1}>
        {({ filename, applied_at }) => <p class="soft import-name">{words.of(filename, dayTime(applied_at))}</p>}
      </Loaded>
      <section class="card">
        <Loaded from={cases.first}>
          {() => (cases.items.length === 0 ? <Empty title={words.none} /> : <CaseTable lines={cases.items} />)}
        </Loaded>
        <More of={cases} />
      </section>
    </Frame>
  );
}
