import { w } from "./words/words";

/** The way of a file from choosing it to having it in, and where one is on it (from 1). */
export function Steps({ at }: { at: number }) {
  const words = w().steps;
  return (
    <ol class="import-steps" aria-label={words.label}>
      {words.names.map((name, before) => (
        <li key={name} class={before < at ? "is-reached" : undefined} aria-current={before + 1 === at ? "step" : undefined}>
          <span class="import-step-no" aria-hidden="true">
            {before + 1 < at ? "✓" : before + 1}
          </span>
          {name}
        </li>
      ))}
    </ol>
  );
}
