import { useId, useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { sha256 } from "../../core/digest";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field, Select } from "../../ui/Field";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { toast } from "../../ui/Toast";
import { w } from "./words/words";

type Kind = Schemas["NoticeCreate"]["kind"];

/** A document is to be served: named, and fixed by the hash of its bytes, which stay on this machine. */
export function PrepareNotice(props: { caseId: string; onPrepared: () => Promise<void>; onClose: () => void }) {
  const [kind, setKind] = useState("demand");
  const [title, setTitle] = useState("");
  const [file, setFile] = useState<{ name: string; hash: string } | null>(null);
  const [isAsked, setAsked] = useState(false);
  const id = useId();
  const words = w();
  const preparing = useDoing(async () => {
    const body = { kind: kind as Kind, title: title.trim(), document_sha256: file?.hash ?? "" };
    const params = { path: { case_id: props.caseId }, header: keyed };
    await ask(api.POST("/v1/cases/{case_id}/notices", { params, body }));
    toast(words.prepared);
    await props.onPrepared();
  });

  async function choose(chosen: File | undefined): Promise<void> {
    if (chosen) setFile({ name: chosen.name, hash: await sha256(await chosen.arrayBuffer()) });
  }

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setAsked(true);
    if (title.trim() && file && (await preparing.run())) props.onClose();
  }

  const isMissing = isAsked && file === null;
  return (
    <Dialog title={words.prepareTitle} onClose={props.onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        <p>{words.prepareLead}</p>
        <Select label={words.kind} value={kind} onValue={setKind} options={Object.entries(words.kinds)} />
        <Field
          label={words.name}
          hint={words.nameHint}
          value={title}
          onValue={setTitle}
          maxLength={200}
          isRequired
          error={isAsked && !title.trim() ? t().required : undefined}
        />
        <div class="field">
          <input
            id={id}
            type="file"
            class="sr-only file-input"
            aria-describedby={isMissing ? `${id}-error` : undefined}
            aria-invalid={isMissing}
            onChange={(event) => void choose(event.currentTarget.files?.[0])}
          />
          <label for={id} class="button button-plain file-label">
            {file ? words.fileOther : words.file}
          </label>
          {file && (
            <p class="small break" role="status">
              {words.chosen(file.name, file.hash)}
            </p>
          )}
          {isMissing && (
            <p class="field-error" id={`${id}-error`}>
              {words.fileMissing}
            </p>
          )}
        </div>
        {preparing.error !== undefined && <ErrorBox error={preparing.error} />}
        <div class="actions">
          <Button kind="primary" type="submit" isBusy={preparing.isBusy}>
            {words.prepare}
          </Button>
          <Button onClick={props.onClose}>{t().cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
