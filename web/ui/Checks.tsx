import { useId } from "preact/hooks";

export interface Choice {
  value: string;
  word: string;
  hint?: string;
}

/** Several of a few: a group of boxes under one label, its error tied to the group. */
export function Checks(props: {
  label: string;
  choices: readonly Choice[];
  chosen: ReadonlySet<string>;
  onChosen: (chosen: ReadonlySet<string>) => void;
  error?: string | undefined;
  isDense?: boolean;
}) {
  const id = useId();

  function flip(value: string): void {
    const next = new Set(props.chosen);
    if (!next.delete(value)) next.add(value);
    props.onChosen(next);
  }

  return (
    <fieldset class={props.isDense ? "checks checks-dense" : "checks"} aria-describedby={props.error && `${id}-error`}>
      <legend class="label">{props.label}</legend>
      {props.choices.map(({ value, word, hint }) => (
        <label key={value} class="check">
          <input type="checkbox" value={value} checked={props.chosen.has(value)} onChange={() => flip(value)} />
          <span>
            <bdi class="check-word">{word}</bdi>
            {hint && <span class="check-hint">{hint}</span>}
          </span>
        </label>
      ))}
      {props.error && (
        <p class="field-error" id={`${id}-error`}>
          {props.error}
        </p>
      )}
    </fieldset>
  );
}
