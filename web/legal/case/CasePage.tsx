import { api, ask, type Schemas } from "../../api/client";
import { CaseChip } from "../../ui/cases/CaseChip";
import { CustomerCard } from "../../ui/cases/CustomerCard";
import { CaseComplaints } from "../../ui/complaints/Complaints";
import { Consents } from "../../ui/consents/Consents";
import { Holds } from "../../ui/holds/Holds";
import { Loaded, useLoading } from "../../ui/load";
import { to } from "../../ui/route";
import { w } from "../words/words";
import { Bundles } from "./Bundles";
import { Clocks } from "./Clocks";
import { Photos } from "./Photos";
import { Readings } from "./Readings";
import { Story } from "./Story";

const PARTS = {
  story: Story,
  clocks: Clocks,
  photos: Photos,
  complaints: CaseComplaints,
  bundles: Bundles,
  readings: Readings,
};
type Part = keyof typeof PARTS;

/** A case for whoever has to prove it: its story, its visits, its bundles, its readers. */
export function CasePage({ caseId, part }: { caseId: string; part: string }) {
  const loading = useLoading(caseId, () =>
    ask(api.GET("/v1/cases/{case_id}", { params: { path: { case_id: caseId } } })),
  );
  return (
    <Loaded from={loading}>
      {(file) => <Page file={file} part={part in PARTS ? (part as Part) : "story"} onChange={loading.reload} />}
    </Loaded>
  );
}

function Page(props: { file: Schemas["CaseFile"]; part: Part; onChange: () => Promise<void> }) {
  const { file, part, onChange } = props;
  const isOpen = file.case.state === "open";
  const words = w();
  const Content = PARTS[part];
  return (
    <>
      <div class="page-head">
        <h1>
          {words.case(file.case.reference)} <CaseChip state={file.case.state} />
        </h1>
        <p class="soft small">{words.viewed}</p>
      </div>
      <nav class="parts" aria-label={words.case(file.case.reference)}>
        {(Object.keys(PARTS) as Part[]).map((each) => (
          <a key={each} href={to("cases", file.case.id, each)} aria-current={each === part ? "page" : undefined}>
            {words.parts[each]}
          </a>
        ))}
      </nav>
      <div class="legal-grid">
        <div class="stack">
          <Content caseId={file.case.id} file={file} onChange={onChange} />
        </div>
        <aside class="stack" aria-label={words.case(file.case.reference)}>
          <Holds caseId={file.case.id} holds={file.contact_holds} isOpen={isOpen} onChange={onChange} />
          <CustomerCard customer={file.customer} />
          <Consents caseId={file.case.id} consents={file.consents} isOpen={isOpen} onChange={onChange} />
          <section class="card">
            <dl class="facts">
              <dt>{words.creditor}</dt>
              <dd>{file.case.creditor}</dd>
            </dl>
          </section>
        </aside>
      </div>
    </>
  );
}
