import { useState } from "preact/hooks";

import { api, ask, keyed, on, type Schemas } from "../../api/client";
import { Button } from "../Button";
import { Dialog } from "../Dialog";
import { ErrorBox } from "../ErrorBox";
import { Field, Select } from "../Field";
import { t } from "../i18n/words";
import { useDoing } from "../load";
import { may } from "../me";
import { ReasonDialog } from "../ReasonDialog";
import { toast } from "../Toast";
import { w } from "./words";

type Complaint = Schemas["Complaint"];

interface Step {
  complaint: Complaint;
  onDone: () => Promise<void>;
  onClose: () => void;
}

/** On the version that is shown: somebody else's step in between is not overwritten. */
function paramsOf(complaint: Complaint) {
  return { path: { complaint_id: complaint.id }, header: { ...keyed, ...on(complaint) } };
}

export function useAcknowledging(complaint: Complaint, onDone: () => Promise<void>) {
  const doing = useDoing(async () => {
    await ask(api.POST("/v1/complaints/{complaint_id}/acknowledge", { params: paramsOf(complaint) }));
    toast(w().acknowledged);
    await onDone();
  });
  return {
    run: () => doing.run(),
    isBusy: doing.isBusy,
    shown: doing.error === undefined ? null : <ErrorBox error={doing.error} retry={onDone} />,
  };
}

export function AnswerDialog({ complaint, onDone, onClose }: Step) {
  const [text, setText] = useState("");
  const [finding, setFinding] = useState("");
  const [isAsked, setAsked] = useState(false);
  const words = w();
  const doing = useDoing(async () => {
    const body = { text: text.trim(), finding: finding as NonNullable<Complaint["finding"]> };
    await ask(api.POST("/v1/complaints/{complaint_id}/answer", { params: paramsOf(complaint), body }));
    toast(words.answerDone);
    await onDone();
  });

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setAsked(true);
    if (text.trim() && finding && (await doing.run())) onClose();
  }

  return (
    <Dialog title={words.giveAnswer} onClose={onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        <Field
          label={words.answerLabel}
          value={text}
          onValue={setText}
          maxLength={4000}
          isLong
          isRequired
          error={isAsked && !text.trim() ? t().required : undefined}
        />
        <Select
          label={words.finding}
          value={finding}
          onValue={setFinding}
          options={[["", "–"], ...Object.entries(words.findings)]}
          isRequired
          error={isAsked && !finding ? t().required : undefined}
        />
        {doing.error !== undefined && <ErrorBox error={doing.error} />}
        <div class="actions">
          <Button kind="primary" type="submit" isBusy={doing.isBusy}>
            {words.giveAnswer}
          </Button>
          <Button onClick={onClose}>{t().cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}

export function ProlongDialog({ complaint, onDone, onClose }: Step) {
  const words = w();
  // Beyond the term of a complex complaint there is only what legal approves.
  const isApproved = complaint.is_complex && may("contact_hold:lift");

  async function prolong(reason: string): Promise<void> {
    const body = { reason, is_approved: isApproved };
    await ask(api.POST("/v1/complaints/{complaint_id}/prolong", { params: paramsOf(complaint), body }));
    toast(words.prolonged);
    await onDone();
  }

  return (
    <ReasonDialog
      title={isApproved ? words.approve : words.prolong}
      label={words.prolongLabel}
      hint={words.prolongHint}
      go={words.prolong}
      onReason={prolong}
      onClose={onClose}
    />
  );
}

export function CloseDialog({ complaint, onDone, onClose }: Step) {
  const words = w();

  async function close(reason: string): Promise<void> {
    await ask(api.POST("/v1/complaints/{complaint_id}/close", { params: paramsOf(complaint), body: { reason } }));
    toast(words.closeDone);
    await onDone();
  }

  return <ReasonDialog title={words.close} label={words.closeLabel} go={words.close} onReason={close} onClose={onClose} />;
}
