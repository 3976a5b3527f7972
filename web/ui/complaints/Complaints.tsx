import { useState } from "preact/hooks";

import { api, type Schemas } from "../../api/client";
import { every } from "../../api/pages";
import { Button } from "../Button";
import { Empty } from "../Empty";
import { calendarDay, date, dayTime } from "../i18n/format";
import { Loaded, useLoading } from "../load";
import { may, me } from "../me";
import { to } from "../route";
import { StatusChip, type Tone } from "../StatusChip";
import { AnswerDialog, CloseDialog, ProlongDialog, useAcknowledging } from "./Steps";
import { TakeDown } from "./TakeDown";
import { w } from "./words";

type Complaint = Schemas["Complaint"];
const TONES: Record<string, Tone> = { received: "red", acknowledged: "amber", answered: "green", closed: "grey" };
const WAITING = ["received", "acknowledged"] as const;

/** The complaints and disputes of a case, and taking one down. */
export function CaseComplaints({ caseId }: { caseId: string }) {
  const loading = useLoading(caseId, () =>
    every((cursor) => api.GET("/v1/complaints", { params: { query: { case_id: caseId, limit: 200, ...cursor } } })),
  );
  const [isTaking, setTaking] = useState(false);
  const words = w();
  return (
    <section class="card stack" aria-labelledby="complaints">
      <div class="row spread">
        <h2 id="complaints">{words.title}</h2>
        {may("complaint:receive") && <Button onClick={() => setTaking(true)}>{words.take}</Button>}
      </div>
      <Loaded from={loading} lines={2}>
        {(found) => <List complaints={found} empty={words.empty} onChange={loading.reload} />}
      </Loaded>
      {isTaking && <TakeDown caseId={caseId} onTaken={loading.reload} onClose={() => setTaking(false)} />}
    </section>
  );
}

/** Whatever waits for an answer, in all cases: what is due first stands first. */
export function WaitingComplaints() {
  const loading = useLoading("waiting", async () => {
    const pages = await Promise.all(
      WAITING.map((state) =>
        every((cursor) => api.GET("/v1/complaints", { params: { query: { state, limit: 200, ...cursor } } })),
      ),
    );
    return pages.flat().sort((one, other) => one.answer_by.localeCompare(other.answer_by));
  });
  const words = w();
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
      </div>
      <section class="card">
        <Loaded from={loading} lines={6}>
          {(found) => <List complaints={found} empty={words.emptyOpen} onChange={loading.reload} hasWay />}
        </Loaded>
      </section>
    </>
  );
}

function List(props: { complaints: Complaint[]; empty: string; onChange: () => Promise<void>; hasWay?: boolean }) {
  if (props.complaints.length === 0) return <Empty title={props.empty} />;
  return (
    <ul class="list">
      {props.complaints.map((one) => (
        <Line key={one.id} complaint={one} onChange={props.onChange} hasWay={props.hasWay ?? false} />
      ))}
    </ul>
  );
}

function Line(props: { complaint: Complaint; onChange: () => Promise<void>; hasWay: boolean }) {
  const { complaint, onChange } = props;
  const [step, setStep] = useState<"prolong" | "answer" | "close" | null>(null);
  const acknowledging = useAcknowledging(complaint, onChange);
  const words = w();
  const isWaiting = complaint.state === "received" || complaint.state === "acknowledged";
  const isOverdue = isWaiting && complaint.answer_by < calendarDay(me.value?.now ?? new Date().toISOString());
  return (
    <li class="line stack-s">
      <div class="row spread">
        <p class="strong">
          {words.kinds[complaint.kind]}
          {props.hasWay && (
            <>
              {" · "}
              <a href={to("cases", complaint.case_id, "complaints")}>{words.open}</a>
            </>
          )}
        </p>
        <span class="row">
          {isOverdue && <StatusChip tone="red" word={words.overdue} />}
          <StatusChip tone={TONES[complaint.state] ?? "grey"} word={words.states[complaint.state] ?? complaint.state} />
        </span>
      </div>
      <blockquote class="said">{complaint.said ?? words.gone}</blockquote>
      <p class="soft small">
        {words.received(dayTime(complaint.received_at), words.channels[complaint.channel] ?? complaint.channel)}
        {isWaiting && ` · ${words.due(date(complaint.answer_by), complaint.rule_id)}`}
      </p>
      {complaint.answer !== null && (
        <p class="small">
          <span class="strong">{words.answer}:</span> {complaint.answer}{" "}
          <span class="soft">{words.answered(words.findings[complaint.finding ?? ""] ?? "–")}</span>
        </p>
      )}
      <div class="actions">
        {complaint.state === "received" && may("complaint:acknowledge") && (
          <Button onClick={acknowledging.run} isBusy={acknowledging.isBusy}>
            {words.acknowledge}
          </Button>
        )}
        {isWaiting && may("complaint:answer") && (
          <Button kind="primary" onClick={() => setStep("answer")}>
            {words.giveAnswer}
          </Button>
        )}
        {isWaiting && may("complaint:prolong") && <Button onClick={() => setStep("prolong")}>{words.prolong}</Button>}
        {complaint.state === "answered" && may("complaint:close") && (
          <Button onClick={() => setStep("close")}>{words.close}</Button>
        )}
      </div>
      {acknowledging.shown}
      {step === "answer" && <AnswerDialog complaint={complaint} onDone={onChange} onClose={() => setStep(null)} />}
      {step === "prolong" && <ProlongDialog complaint={complaint} onDone={onChange} onClose={() => setStep(null)} />}
      {step === "close" && <CloseDialog complaint={complaint} onDone={onChange} onClose={() => setStep(null)} />}
    </li>
  );
}
