import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { LegalClocks } from "../../ui/clocks/LegalClocks";
import { LegalEvents } from "../../ui/clocks/LegalEvents";
import { dayTime } from "../../ui/i18n/format";
import { may } from "../../ui/me";
import { ReasonDialog } from "../../ui/ReasonDialog";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";

/** The clocks of a case; under limitation that has run out, legal's approval of going on all the same (CN-LIM-6). */
export function Clocks({ caseId, file, onChange }: PartOfCase) {
  const [isApproving, setApproving] = useState(false);
  const words = w().expired;

  async function approve(reason: string): Promise<void> {
    const params = { path: { case_id: caseId }, header: keyed };
    await ask(api.POST("/v1/cases/{case_id}/expired-approval", { params, body: { reason } }));
    toast(words.approved);
    await onChange();
  }

  return (
    <>
      <LegalClocks
        key={file.legal_events.map((event) => event.version).join(" ")}
        caseId={caseId}
        under={(clock) =>
          clock.title === "limitation" &&
          clock.state === "run_out" && (
            <div class="note note-amber stack-s">
              <p>{words.text}</p>
              {file.case.expired_approved_at && (
                <p class="strong">{words.approvedAt(dayTime(file.case.expired_approved_at))}</p>
              )}
              {file.case.state === "open" && may("case:approve_expired") && (
                <div class="row">
                  <Button onClick={() => setApproving(true)}>{words.approve}</Button>
                </div>
              )}
            </div>
          )
        }
      />
      <LegalEvents file={file} onChange={onChange} />
      {isApproving && (
        <ReasonDialog
          title={words.approve}
          label={words.reason}
          hint={words.hint}
          go={words.go}
          onReason={approve}
          onClose={() => setApproving(false)}
        />
      )}
    </>
  );
}

/** What every part of the case's page is given. */
export interface PartOfCase {
  caseId: string;
  file: Schemas["CaseFile"];
  onChange: () => Promise<void>;
}
