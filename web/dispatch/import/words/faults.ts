import table from "./faults.json";

/** Written by `make reference`: the words of the file of errors. */
const WORDS: Record<string, string> = table.words;
const TELLING: ReadonlySet<string> = new Set(table.telling);
const PARTICULARS = table.particulars.map(([pattern, told]) => [new RegExp(pattern ?? ""), told ?? ""] as const);

/**
 * What is wrong with a file or a row, in Chinese, by the API's stable code; with the rows, words and days that the
 * API's own sentence names. In English that sentence is shown.
 */
export function faultInChinese(code: string, detail: string): string {
  const words = WORDS[code];
  if (words !== undefined && !TELLING.has(code)) return words;
  const more = PARTICULARS.map(([pattern, told]) => {
    const found = pattern.exec(detail);
    return found ? told.replace(/\$(\d)/g, (_, place: string) => found[Number(place)] ?? "") : "";
  });
  return (words ?? table.unknown) + more.join("");
}
