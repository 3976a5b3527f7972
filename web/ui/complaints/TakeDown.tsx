import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../Button";
import { Dialog } from "../Dialog";
import { ErrorBox } from "../ErrorBox";
import { Field, Select } from "../Field";
import { t } from "../i18n/words";
import { useDoing } from "../load";
import { toast } from "../Toast";
import { w } from "./words";

type Told = Schemas["ComplaintCreate"];

/** Somebody on the line objects: it is taken down in their words. */
export function TakeDown(props: { caseId: string; onTaken: () => Promise<void>; onClose: () => void }) {
  const [kind, setKind] = useState<string>("complaint");
  const [channel, setChannel] = useState<string>("call");
  const [said, setSaid] = useState("");
  const [isAsked, setAsked] = useState(false);
  const words = w();
  const doing = useDoing(async () => {
    const body: Told = { kind: kind as Told["kind"], channel: channel as Told["channel"], said: said.trim() };
    const params = { path: { case_id: props.caseId }, header: keyed };
    await ask(api.POST("/v1/cases/{case_id}/complaints", { params, body }));
    toast(words.taken);
    await props.onTaken();
  });

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setAsked(true);
    if (said.trim() && (await doing.run())) props.onClose();
  }

  return (
    <Dialog title={words.take} onClose={props.onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        <Select label={words.kind} value={kind} onValue={setKind} options={Object.entries(words.kinds)} />
        <Select label={words.channel} value={channel} onValue={setChannel} options={Object.entries(words.channels)} />
        <Field
          label={words.said}
          value={said}
          onValue={setSaid}
          maxLength={4000}
          isLong
          isRequired
          error={isAsked && !said.trim() ? t().required : undefined}
        />
        {doing.error !== undefined && <ErrorBox error={doing.error} />}
        <div class="actions">
          <Button kind="primary" type="submit" isBusy={doing.isBusy}>
            {words.take}
          </Button>
          <Button onClick={props.onClose}>{t().cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
