import { useId, useRef, useState } from "preact/hooks";

import { api, ask, type Schemas } from "../../api/client";
import { OfflineError, Problem } from "../../api/problem";
import { upload } from "../../api/upload";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field, Select } from "../../ui/Field";
import { bytes } from "../../ui/i18n/format";
import { Loaded, useLoading } from "../../ui/load";
import { go } from "../../ui/route";
import { toast } from "../../ui/Toast";
import { Fault } from "./Fault";
import { FileChoice } from "./FileChoice";
import { Frame } from "./Frame";
import { loadKinds, type ImportKinds, type Kind } from "./kinds";
import { Progress } from "../../ui/Progress";
import { w } from "./words/words";

const MEGA = 1024 * 1024;

interface Known {
  kinds: ImportKinds;
  sources: readonly Schemas["ImportSource"][];
}

async function loadKnown(): Promise<Known> {
  const [kinds, sources] = await Promise.all([loadKinds(), ask(api.GET("/v1/import-sources", { params: { query: {} } }))]);
  return { kinds, sources: sources.items };
}

/** The first step: which file it is, what is in it and where it comes from; then it is sent. */
export function NewImport() {
  const known = useLoading("new-import", loadKnown);
  return (
    <Frame step={1}>
      <Loaded from={known}>{(value) => <Choosing {...value} />}</Loaded>
    </Frame>
  );
}

function Choosing({ kinds, sources }: Known) {
  const words = w().upload;
  const [file, setFile] = useState<File | null>(null);
  const [kind, setKind] = useState<Kind | "">("");
  const [source, setSource] = useState("");
  const [isMissing, setMissing] = useState(false);
  const [sent, setSent] = useState<number | null>(null);
  const [error, setError] = useState<unknown>();
  const stopping = useRef<AbortController | null>(null);
  const going = useId();
  const names = [...new Set(sources.filter((each) => !kind || each.kind === kind).map((each) => each.source))];
  const isTooLarge = file !== null && file.size > kinds.max_bytes;
  const isSending = sent !== null;

  function choose(chosen: File): void {
    setFile(chosen);
    setMissing(false);
    setError(undefined);
  }

  async function send(): Promise<void> {
    setMissing(file === null);
    if (file === null || isTooLarge || isSending) return;
    setError(undefined);
    setSent(0);
    const query = new URLSearchParams({ filename: file.name });
    if (kind) query.set("kind", kind);
    if (source.trim()) query.set("source", source.trim());
    stopping.current = new AbortController();
    try {
      const staged = await upload<Schemas["ImportFile"]>(`/v1/import-files?${query}`, file, setSent, stopping.current.signal);
      go("import", "files", staged.id);
    } catch (failure) {
      if (failure instanceof DOMException && failure.name === "AbortError") toast(words.stopped);
      else setError(failure);
      setSent(null);
      // What was pressed to stop is gone; the keyboard goes on where the upload began.
      requestAnimationFrame(() => document.getElementById(going)?.querySelector("button")?.focus());
    }
  }

  return (
    <form
      class="card stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <FileChoice
        file={file}
        onFile={choose}
        hint={words.hint(kinds.max_bytes / MEGA)}
        error={
          isTooLarge
            ? words.tooLarge(bytes(file.size), kinds.max_bytes / MEGA)
            : isMissing
              ? words.missing
              : undefined
        }
      />
      <Select
        label={words.kind}
        value={kind}
        onValue={(value) => setKind(value as Kind | "")}
        options={[["", words.kindAuto], ...kinds.items.map((each) => [each.kind, w().kinds[each.kind]] as const)]}
      />
      <Field label={words.source} hint={words.sourceHint} value={source} onValue={setSource} maxLength={200} offers={names} />
      {error !== undefined && <Trouble error={error} onAgain={send} />}
      {isSending && file ? (
        <div class="stack-s">
          <Progress
            label={sent < file.size ? words.sending(bytes(sent), bytes(file.size)) : words.looking}
            done={sent < file.size ? sent : null}
            all={file.size}
          />
          <div class="actions">
            <Button onClick={() => stopping.current?.abort()}>{words.stop}</Button>
          </div>
        </div>
      ) : (
        <div class="actions" id={going}>
          <Button kind="primary" type="submit">
            {words.go}
          </Button>
        </div>
      )}
    </form>
  );
}

/** Why the file is not there: cut off on the way, or no table that can be read. */
function Trouble({ error, onAgain }: { error: unknown; onAgain: () => unknown }) {
  const words = w().upload;
  const isCut = error instanceof OfflineError || (error instanceof Problem && error.code === "unreadable");
  if (isCut) {
    return (
      <div class="error-box" role="alert">
        <p class="error-title">{words.cutTitle}</p>
        <p>{words.cutText}</p>
        <Button onClick={onAgain}>{words.again}</Button>
      </div>
    );
  }
  if (error instanceof Problem && (error.code.startsWith("file-") || error.code === "too-large")) {
    return (
      <div class="error-box" role="alert">
        <p class="error-title">{words.wrongTitle}</p>
        <p>
          <Fault code={error.code} detail={error.message} />
        </p>
      </div>
    );
  }
  return <ErrorBox error={error} retry={onAgain} />;
}
