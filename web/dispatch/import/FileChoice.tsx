import { useId, useState } from "preact/hooks";

import { bytes } from "../../ui/i18n/format";
import { w } from "./words/words";

const ENDINGS = [".csv", ".txt", ".tsv", ".tab", ".xlsx", ".xlsm"];

/** A file is dropped here or chosen; which one it is stays to be seen. */
export function FileChoice(props: {
  file: File | null;
  onFile: (file: File) => void;
  hint: string;
  error: string | undefined;
}) {
  const { file, onFile, hint, error } = props;
  const words = w().upload;
  const [isOver, setOver] = useState(false);
  const id = useId();
  const isNamedOther = file !== null && !ENDINGS.some((ending) => file.name.toLowerCase().endsWith(ending));

  function dropped(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    const first = event.dataTransfer?.files[0];
    if (first) onFile(first);
  }

  return (
    <div
      class={isOver ? "import-drop is-over" : "import-drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={dropped}
    >
      <p class="strong">{words.drop}</p>
      <input
        id={id}
        class="sr-only file-input"
        type="file"
        accept={ENDINGS.join(",")}
        aria-describedby={`${id}-notes`}
        aria-invalid={error !== undefined}
        onChange={(event) => {
          const chosen = event.currentTarget.files?.[0];
          if (chosen) onFile(chosen);
        }}
      />
      <label class="button button-plain button-normal" for={id}>
        {file ? words.chooseOther : words.choose}
      </label>
      <div id={`${id}-notes`} class="stack-s">
        <p class="field-hint">{hint}</p>
        {file && <p role="status">{words.chosen(file.name, bytes(file.size))}</p>}
        {isNamedOther && <p class="note note-amber">{words.otherName}</p>}
        {error && (
          <p class="field-error" role="alert">
            {error}
          </p>
        )}
      </div>
    </div>
  );
}
