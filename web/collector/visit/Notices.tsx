import { useState } from "preact/hooks";

import type { Schemas } from "../../api/client";
import type { Stop } from "../../store/live";
import type { Visit } from "../../store/visit";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field } from "../../ui/Field";
import { useDoing } from "../../ui/load";
import { StatusChip } from "../../ui/StatusChip";
import { toast } from "../../ui/Toast";
import { Choice } from "./Choice";
import { tell } from "./tell";
import { w } from "./words/words";

type Service = Schemas["NoticeService"];
type Notice = Stop["notices"][number];

/** Documents that are to be served here: into whose hands, how, and whether they signed; or not taken. */
export function Notices({ stop, visit }: { stop: Stop; visit: Visit }) {
  const words = w();
  const due = stop.notices.filter((notice) => notice.state === "prepared");
  if (due.length === 0) return null;
  return (
    <section class="card stack" aria-labelledby="notices">
      <h2 id="notices">{words.notices}</h2>
      {due.map((notice) => {
        const became = visit.notices[notice.id];
        return (
          <div key={notice.id} class="stack-s" role="group" aria-labelledby={`notice-${notice.id}`}>
            <div class="row spread">
              <h3 id={`notice-${notice.id}`}>{notice.title}</h3>
              {became && <StatusChip tone={became === "served" ? "green" : "amber"} word={words.noticeStates[became] ?? ""} />}
            </div>
            {!became && <Serve notice={notice} visit={visit} />}
          </div>
        );
      })}
    </section>
  );
}

function Serve({ notice, visit }: { notice: Notice; visit: Visit }) {
  const words = w();
  const [recipient, setRecipient] = useState<Service["recipient"] | null>(null);
  const [mode, setMode] = useState<Service["mode"] | null>(null);
  const [relationship, setRelationship] = useState("");
  const [isSigned, setSigned] = useState<boolean | null>(null);
  const [hasCapacity, setCapacity] = useState(false);
  const isOther = recipient === "co_resident_adult" || recipient === "authorised";
  const isWhole = recipient && mode && isSigned !== null && (!isOther || relationship.trim());

  const serving = useDoing(async () => {
    await tell(visit, "notice.serve", {
      notice_id: notice.id,
      mode,
      recipient,
      relationship: isOther ? relationship.trim() : null,
      has_capacity: isOther ? hasCapacity : null,
      is_signed: isSigned,
    });
    toast(words.noticeServed);
  });
  const refusing = useDoing(async () => {
    await tell(visit, "notice.refuse", { notice_id: notice.id, note: null });
    toast(words.noticeRefused);
  });

  return (
    <div class="stack">
      {visit.photos.length === 0 && <p class="note note-amber">{words.noticePhoto}</p>}
      <Choice
        name={`to-${notice.id}`}
        label={words.recipient}
        options={Object.entries(words.recipients)}
        value={recipient}
        onValue={(value) => setRecipient(value as Service["recipient"])}
      />
      {isOther && (
        <>
          <Field label={words.relationship} value={relationship} onValue={setRelationship} maxLength={200} isRequired />
          <label class="tick">
            <input
              type="checkbox"
              checked={hasCapacity}
              onChange={(event) => setCapacity(event.currentTarget.checked)}
            />
            <span>{words.hasCapacity}</span>
          </label>
        </>
      )}
      <Choice
        name={`mode-${notice.id}`}
        label={words.mode}
        options={Object.entries(words.modes)}
        value={mode}
        onValue={(value) => setMode(value as Service["mode"])}
      />
      <Choice
        name={`signed-${notice.id}`}
        label={words.receiptSigned}
        options={Object.entries(words.yesNo)}
        value={isSigned === null ? null : isSigned ? "yes" : "no"}
        onValue={(value) => setSigned(value === "yes")}
      />
      {serving.error !== undefined && <ErrorBox error={serving.error} />}
      <Button kind="primary" size="large" onClick={serving.run} isBusy={serving.isBusy} isDisabled={!isWhole}>
        {words.serve}
      </Button>
      <Button size="large" onClick={refusing.run} isBusy={refusing.isBusy}>
        {words.notTaken}
      </Button>
    </div>
  );
}
