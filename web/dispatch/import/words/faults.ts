import table from "./faults.json";

/**
 * What is wrong with a file or a row, in Chinese, by the API's stable codes: the table of the file of errors, written
 * by `make reference`. In English the API's own sentences are shown: they also name the values.
 */
export const FAULTS_ZH: Record<string, string> = table.words;

/** Where the API's sentence says more than the word for its code: a row's number, a day, what a cell must be. */
export const TELLING: ReadonlySet<string> = new Set(table.telling);
