import { language } from "../../ui/i18n/language";
import { faultInChinese } from "./words/faults";

/** What is wrong with a file or a row, in the reader's language. */
export function Fault({ code, detail }: { code: string; detail: string }) {
  return <>{language.value === "en" ? detail : faultInChinese(code, detail)}</>;
}
