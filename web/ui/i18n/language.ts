import { effect, signal } from "@preact/signals";

export type Language = "zh" | "en";

const KEPT = "doorstep.language";

function first(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "zh" || kept === "en") return kept;
  return navigator.languages.some((each) => each.toLowerCase().startsWith("zh")) ? "zh" : "en";
}

/** The language of the page: chosen, else the browser's, else English. */
export const language = signal<Language>(first());

effect(() => {
  document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
});

export function speak(chosen: Language): void {
  localStorage.setItem(KEPT, chosen);
  language.value = chosen;
}

/**
 * Words of a part in both languages. English has to have the type of Chinese: a word that is missing in one
 * of the two does not compile.
 */
export function inBoth<Words>(zh: Words, en: NoInfer<Words>): () => Words {
  return () => (language.value === "zh" ? zh : en);
}
