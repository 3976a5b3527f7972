import { language } from "../../ui/i18n/language";
import { TELLING } from "./words/faults";
import { w } from "./words/words";

/** What is wrong with a file or a row, in the reader's language as far as its code is known. */
export function Fault({ code, detail }: { code: string; detail: string }) {
  if (language.value === "en") return <>{detail}</>;
  const words = w().faults[code];
  return (
    <>
      {words ?? w().faultUnknown}
      {(words === undefined || TELLING.has(code)) && (
        <>
          {" "}
          <span class="soft small" lang="en">
            {detail}
          </span>
        </>
      )}
    </>
  );
}
