import { useState } from "preact/hooks";

import type { Visit } from "../../store/visit";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field } from "../../ui/Field";
import { useDoing } from "../../ui/load";
import { toast } from "../../ui/Toast";
import { tell } from "./tell";
import { w } from "./words/words";

/** Something worth keeping; spoken into the keyboard as well as typed. */
export function Note({ visit }: { visit: Visit }) {
  const words = w();
  const [text, setText] = useState("");
  const saving = useDoing(async () => {
    await tell(visit, "visit.note", { text: text.trim() });
    setText("");
    toast(words.noteSaved);
  });
  return (
    <details class="card">
      <summary>{words.addNote}</summary>
      <div class="stack">
        <Field label={words.note} hint={words.noteHint} value={text} onValue={setText} maxLength={2000} isLong />
        {saving.error !== undefined && <ErrorBox error={saving.error} />}
        <Button size="large" onClick={saving.run} isBusy={saving.isBusy} isDisabled={!text.trim()}>
          {words.keep}
        </Button>
      </div>
    </details>
  );
}
