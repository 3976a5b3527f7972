import { dayTime } from "../../ui/i18n/format";
import { ruleInWords } from "../../ui/Rules";
import type { Stop } from "../../store/live";
import { goneBy, nextLawful, verdictNow, zoneOf } from "../day";
import { w } from "./words/words";

/** Whether to set out at all: not what the rules refuse now, nor what is no longer this person's. */
export function mayBegin(stop: Stop): boolean {
  return goneBy(stop) === null && verdictNow(stop)?.verdict !== "refuse";
}

/** Why, or why not, and when next: as the office's rules told it for three days; the server judges again. */
export function Lawful({ stop }: { stop: Stop }) {
  const words = w();
  const verdict = verdictNow(stop);
  if (!verdict) return <p class="note note-amber">{words.unknownNow}</p>;
  if (verdict.verdict === "allow") return <p class="note note-green">{words.lawful}</p>;
  const isRefused = verdict.verdict === "refuse";
  const next = isRefused ? nextLawful(stop) : null;
  return (
    <div class={`note ${isRefused ? "note-red" : "note-amber"} stack-s`}>
      <p class="strong">{isRefused ? words.unlawful : words.warn}</p>
      {verdict.rules.map((rule) => (
        <p key={rule}>
          {ruleInWords(rule)} <span class="mono small">{rule}</span>
        </p>
      ))}
      {isRefused && <p class="strong">{next ? words.nextAt(dayTime(next, zoneOf(stop))) : words.notInDays}</p>}
    </div>
  );
}
