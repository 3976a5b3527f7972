import { signal } from "@preact/signals";

import { dayTime } from "./format";
import { language } from "./language";

interface Table {
  /** A pattern of what the API says, and the same in Chinese. */
  sentences: [RegExp, string][];
  words: Record<string, string>;
}

const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)/g;
const CODE = /[a-z_]{3,}/g;

/** Written by `make reference`, and loaded by who reads Chinese. */
const table = signal<Table | null>(null);
let isAsked = false;

/** A figure, reason or source of a rule in the reader's language, its instants by the clock of `zone`. */
export function ruleInReadersWords(text: string, zone?: string): string {
  if (language.value === "en") return withTimes(text, zone);
  if (table.value === null) {
    if (!isAsked) void learn();
    return "";
  }
  const { sentences, words } = table.value;
  const worded = (told: string) => told.replace(CODE, (code) => words[code] ?? code).replaceAll(", ", "、");
  const said = sentences.reduce(
    (so, [pattern, chinese]) =>
      so.replace(pattern, (_, ...groups: string[]) =>
        chinese.replace(/\$(\d)/g, (_whole, place: string) => worded(groups[Number(place) - 1] ?? "")),
      ),
    text,
  );
  return withTimes(said, zone);
}

async function learn(): Promise<void> {
  isAsked = true;
  try {
    const { default: told } = await import("./ruleWords.json");
    const sentences = told.sentences.map(([pattern, chinese]): [RegExp, string] => [new RegExp(pattern ?? "", "g"), chinese ?? ""]);
    table.value = { sentences, words: told.words };
  } catch {
    // Without a network the rule's own sentence stands alone; the next look asks again.
    isAsked = false;
  }
}

function withTimes(text: string, zone?: string): string {
  return text.replace(INSTANT, (instant) => dayTime(instant, zone));
}
