import { useEffect, useId } from "preact/hooks";

interface Labelled {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  value: string;
  onValue: (value: string) => void;
  isRequired?: boolean;
}

interface Inputs {
  type?: "text" | "password" | "search" | "date" | "time" | "number";
  autocomplete?: string;
  autoCapitalize?: "none" | "sentences";
  inputMode?: "text" | "numeric" | "decimal" | "tel";
  spellcheck?: boolean;
  min?: string;
  max?: string;
  step?: number;
  maxLength?: number;
  dir?: "auto" | "ltr";
}

/** A labelled input with its hint and its error, tied together for every reader; `offers` may be taken or not. */
export function Field(props: Labelled & Inputs & { isLong?: boolean; hasFocus?: boolean; offers?: readonly string[] }) {
  const { label, hint, error, value, onValue, isRequired = false, isLong = false, type = "text", ...rest } = props;
  const { hasFocus = false, offers = [], ...input } = rest;
  const id = useId();
  useEffect(() => {
    if (hasFocus) document.getElementById(id)?.focus();
  }, []);
  const told = describedBy(id, hint, error);
  // Preact types each kind of input by itself; those of `Inputs` take the same attributes.
  const common = {
    id,
    value,
    required: isRequired,
    "aria-invalid": error !== undefined,
    "aria-describedby": told,
    class: "input",
  } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {isLong ? (
        <textarea {...common} rows={3} {...input} onInput={(event) => onValue(event.currentTarget.value)} />
      ) : (
        <input
          {...input}
          {...common}
          {...(offers.length > 0 ? { list: `${id}-offers` } : {})}
          type={type as "text"}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
      {offers.length > 0 && (
        <datalist id={`${id}-offers`}>
          {offers.map((offer) => (
            <option key={offer} value={offer} />
          ))}
        </datalist>
      )}
      <Notes id={id} hint={hint} error={error} />
    </div>
  );
}

/** A labelled choice among a few. */
export function Select(props: Labelled & { options: readonly (readonly [value: string, word: string])[] }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        class="input"
        required={props.isRequired ?? false}
        aria-invalid={props.error !== undefined}
        aria-describedby={describedBy(id, props.hint, props.error)}
        value={props.value}
        onChange={(event) => props.onValue(event.currentTarget.value)}
      >
        {props.options.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
      <Notes id={id} hint={props.hint} error={props.error} />
    </div>
  );
}

function describedBy(id: string, hint?: string, error?: string): string | undefined {
  return [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
}

function Notes({ id, hint, error }: { id: string; hint: string | undefined; error: string | undefined }) {
  return (
    <>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </>
  );
}
