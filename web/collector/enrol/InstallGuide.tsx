import { browserOf, isInstalled } from "./browser";
import { w } from "./words/words";

/** How this browser puts the page among the phone's apps: only there is its store safe from being cleared. */
export function InstallGuide() {
  const words = w().install;
  if (isInstalled()) return null;
  return (
    <details class="guide">
      <summary>{words.title}</summary>
      <p class="soft small">{words.why}</p>
      <ol class="numbered">
        {(words.steps[browserOf()] ?? []).map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </details>
  );
}
