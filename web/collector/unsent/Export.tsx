import { useState } from "preact/hooks";

import { base64url, random } from "../../core/bytes";
import { exportUnsent } from "../../sync/export";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { useDoing } from "../../ui/load";
import { ShownOnce } from "../../ui/ShownOnce";
import { w } from "./words/words";

const PASSWORD_BYTES = 12;

/** For the worst day: what is unsent as a sealed file, and the password of it, which goes another way. */
export function Export() {
  const words = w();
  const [password, setPassword] = useState<string | null>(null);
  const exporting = useDoing(async () => {
    const secret = base64url(random(PASSWORD_BYTES));
    const file = new File([await exportUnsent(secret)], `doorstep-unsent-${Date.now()}.json`, {
      type: "application/json",
    });
    await hand(file);
    setPassword(secret);
  });
  return (
    <details class="card">
      <summary>{words.export}</summary>
      <div class="stack">
        <p class="soft small">{words.exportHint}</p>
        {exporting.error !== undefined && <ErrorBox error={exporting.error} />}
        <Button size="large" onClick={exporting.run} isBusy={exporting.isBusy}>
          {words.exportGo}
        </Button>
        {password && <ShownOnce label={words.password} secret={password} hint={words.passwordHint} />}
      </div>
    </details>
  );
}

/** By the phone's share sheet where it takes files, else as a download. */
async function hand(file: File): Promise<void> {
  if (navigator.canShare?.({ files: [file] })) {
    await navigator.share({ files: [file] });
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  URL.revokeObjectURL(link.href);
}
