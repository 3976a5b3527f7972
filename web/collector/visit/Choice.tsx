/** One of a few, as large buttons for a thumb. */
export function Choice(props: {
  name: string;
  label: string;
  options: readonly (readonly [value: string, word: string])[];
  value: string | null;
  onValue: (value: string) => void;
  /** The heading above says it already: only ears need it again. */
  isLabelHidden?: boolean;
}) {
  return (
    <fieldset class="choice">
      <legend class={props.isLabelHidden ? "sr-only" : "label"}>{props.label}</legend>
      {props.options.map(([value, word]) => (
        <label key={value} class="choice-one">
          <input
            type="radio"
            name={props.name}
            checked={props.value === value}
            onChange={() => props.onValue(value)}
          />
          <span>{word}</span>
        </label>
      ))}
    </fieldset>
  );
}
