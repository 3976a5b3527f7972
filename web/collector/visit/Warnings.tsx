import { t } from "../../ui/i18n/words";
import { language } from "../../ui/i18n/language";
import type { Decision } from "../../api/problem";
import type { Answer } from "../../api/sync";
import { ruleInWords, Rules } from "../../ui/Rules";
import { refusedAt } from "../../store/visit";
import { goneBy, zoneOf, type Call } from "../day";
import { w } from "./words/words";

/** What must not be overlooked at a door: a breach, a hold that says leave, a visit that is no longer one's own. */
export function Warnings({ call: { stop, visit } }: { call: Call }) {
  const words = w();
  const told = visit?.told ?? null;
  const refused = refusedAt(stop).at(-1);
  const problem = refused?.answer?.problem;
  const gone = goneBy(stop);
  return (
    <div role="alert" class="stack-s">
      {gone && <p class="note note-red">{words.removed[gone]}</p>}
      {visit?.breach && (
        <div class="note note-red stack-s">
          <p class="strong">{words.breach}</p>
          {broken(visit.breach).map((rule) => (
            <p key={rule}>{words.breaches[rule] ?? ruleInWords(rule)}</p>
          ))}
        </div>
      )}
      {told && told.stop.length > 0 && (
        <p class="note note-red">
          {words.stop} {told.stop.map((kind) => t().holds[kind] ?? kind).join("、")}
        </p>
      )}
      {refused && (
        <div class="note note-red stack-s">
          <p class="strong">{words.refusedTypes[refused.type] ?? words.refused}</p>
          {problem?.decision ? (
            <Rules decision={problem.decision as unknown as Decision} zone={zoneOf(stop)} />
          ) : (
            problem && <p>{language.value === "en" ? problem.detail : t().problems[problem.code]}</p>
          )}
          <p class="small">{words.refusedKept}</p>
        </div>
      )}
    </div>
  );
}

/** The rules that stood against it. */
function broken(answer: Answer): string[] {
  const decision = answer.problem?.decision as unknown as Decision | null | undefined;
  const spoken = decision?.reasons ?? [];
  return spoken.filter((reason) => reason.verdict === "refuse").map((reason) => reason.rule_id);
}
