/** One of a few, as large buttons for a thumb. */
export function Choice(props: {
  name: string;
  label: string;
  options: readonly (readonly [value: string, word: string])[];
  value: string | null;
  onValue: (value: string) => void;
}) {
  return (
    <fieldset class="choice">
      <legend class="label">{props.label}</legend>
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
