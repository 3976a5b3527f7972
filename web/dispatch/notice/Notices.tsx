import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { dayTime } from "../../ui/i18n/format";
import { Loaded, useLoading } from "../../ui/load";
import { may } from "../../ui/me";
import { ReasonDialog } from "../../ui/ReasonDialog";
import { StatusChip, type Tone } from "../../ui/StatusChip";
import { toast } from "../../ui/Toast";
import { PrepareNotice } from "./PrepareNotice";
import { w } from "./words/words";

type Notice = Schemas["Notice"];
const TONES: Record<string, Tone> = { prepared: "blue", served: "green", refused: "red", returned: "grey" };

/** Documents that a collector serves at the door: prepared here, and how strongly their arrival is proved. */
export function Notices({ caseId, isOpen }: { caseId: string; isOpen: boolean }) {
  const loading = useLoading(`notices ${caseId}`, () =>
    ask(api.GET("/v1/cases/{case_id}/notices", { params: { path: { case_id: caseId } } })),
  );
  const [isPreparing, setPreparing] = useState(false);
  const words = w();
  return (
    <section class="card stack" aria-labelledby="notices">
      <div class="row spread">
        <h2 id="notices">{words.title}</h2>
        {isOpen && may("notice:prepare") && <Button onClick={() => setPreparing(true)}>{words.prepare}</Button>}
      </div>
      <Loaded from={loading} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={words.none} />
          ) : (
            <ul class="list">
              {[...items].reverse().map((notice) => (
                <Line key={notice.id} notice={notice} onChange={loading.reload} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {isPreparing && (
        <PrepareNotice caseId={caseId} onPrepared={loading.reload} onClose={() => setPreparing(false)} />
      )}
    </section>
  );
}

function Line({ notice, onChange }: { notice: Notice; onChange: () => Promise<void> }) {
  const [isReturning, setReturning] = useState(false);
  const words = w();

  async function bringBack(reason: string): Promise<void> {
    const params = { path: { notice_id: notice.id }, header: keyed };
    await ask(api.POST("/v1/notices/{notice_id}/return", { params, body: { reason } }));
    toast(words.broughtBack);
    await onChange();
  }

  return (
    <li class="line stack-s">
      <div class="row spread">
        <p class="strong">{notice.title}</p>
        <StatusChip tone={TONES[notice.state] ?? "grey"} word={words.states[notice.state] ?? notice.state} />
      </div>
      <p class="soft small">
        {[
          words.kinds[notice.kind],
          words.preparedOn(dayTime(notice.prepared_at)),
          notice.ended_at && words.endedOn(dayTime(notice.ended_at)),
          notice.recipient && words.recipients[notice.recipient],
          notice.mode && words.modes[notice.mode],
          notice.grade && words.grades[notice.grade],
          notice.ended_note,
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {notice.state === "prepared" && may("notice:return") && (
        <div class="row">
          <Button kind="quiet" onClick={() => setReturning(true)}>
            {words.bringBack}
            <span class="sr-only"> {notice.title}</span>
          </Button>
        </div>
      )}
      {isReturning && (
        <ReasonDialog
          title={words.bringBackTitle(notice.title)}
          label={words.bringBackReason}
          go={words.bringBack}
          onReason={bringBack}
          onClose={() => setReturning(false)}
        />
      )}
    </li>
  );
}
