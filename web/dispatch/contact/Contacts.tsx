import { useState } from "preact/hooks";

import type { Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { dayTime } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { may } from "../../ui/me";
import { Table, type Column } from "../../ui/Table";
import { w as shared } from "../words/words";
import { AskFirst } from "./AskFirst";
import { RecordContact, type Begun } from "./RecordContact";
import { w } from "./words/words";

/** What was tried in every channel; asking before the next contact, and recording it. */
export function Contacts(props: { file: Schemas["CaseFile"]; zone: string | undefined; onChange: () => Promise<void> }) {
  const { file, zone } = props;
  const [step, setStep] = useState<"ask" | "record" | null>(null);
  const [begun, setBegun] = useState<Begun | null>(null);
  const words = shared().case;
  const caseId = file.case.id;
  const columns: Column<Schemas["Contact"]>[] = [
    { head: words.when, cell: (contact) => dayTime(contact.at, zone) },
    { head: words.channel, cell: (contact) => words.channels[contact.channel] ?? contact.channel },
    { head: words.result, cell: (contact) => words.results[contact.result] ?? contact.result },
    { head: words.met, cell: (contact) => (contact.person_met && t().met[contact.person_met]) ?? "–" },
  ];

  function close(): void {
    setStep(null);
    setBegun(null);
  }

  return (
    <section class="card stack" aria-labelledby="contacts">
      <div class="row spread">
        <h2 id="contacts">{words.contacts}</h2>
        <span class="row">
          {file.case.state === "open" && may("case:approach") && (
            <Button kind="primary" onClick={() => setStep("ask")}>
              {w().ask}
            </Button>
          )}
          {may("contact:record") && <Button onClick={() => setStep("record")}>{w().record}</Button>}
        </span>
      </div>
      {file.contacts.length === 0 ? (
        <Empty title={words.noContact} />
      ) : (
        <Table caption={words.contacts} columns={columns} rows={file.contacts} keyOf={(contact) => contact.id} />
      )}
      {step === "ask" && (
        <AskFirst
          caseId={caseId}
          zone={zone}
          onCleared={(cleared) => {
            setBegun(cleared);
            setStep("record");
          }}
          onClose={close}
        />
      )}
      {step === "record" && (
        <RecordContact caseId={caseId} zone={zone} begun={begun} onRecorded={props.onChange} onClose={close} />
      )}
    </section>
  );
}
