import { first } from "./i18n/first";
import { language, speak, type Language } from "./i18n/language";

const NAMES: readonly [Language, string, string][] = [
  ["zh", "zh-CN", "中文"],
  ["en", "en", "English"],
];

export function LanguageSwitch() {
  return (
    <div class="switch" role="group" aria-label={first().language}>
      {NAMES.map(([code, tag, name]) => (
        <button
          key={code}
          type="button"
          lang={tag}
          class="switch-choice"
          aria-pressed={language.value === code}
          onClick={() => speak(code)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
