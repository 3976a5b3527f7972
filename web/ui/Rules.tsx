import type { Decision } from "../api/problem";
import { dayTime } from "./i18n/format";
import { ruleInReadersWords } from "./i18n/ruleWords";
import { t } from "./i18n/words";

/** What a rule says in the reader's language; its own wording and source stand behind it. */
export function ruleInWords(ruleId: string): string {
  const words = t().rules;
  const kind = ruleId.split("-").find((part) => part in words.kinds);
  return (kind && words.kinds[kind]) ?? words.other;
}

/** Why the rules refuse or warn, each with its source, and when it would be lawful. */
export function Rules({ decision, zone }: { decision: Decision; zone?: string | undefined }) {
  const words = t().rules;
  const spoken = decision.reasons.filter((reason) => reason.verdict !== "allow");
  return (
    <div class="rules">
      <ul class="rules-list">
        {spoken.map((reason) => (
          <li key={reason.rule_id} class={`rule rule-${reason.verdict}`}>
            <p class="rule-words">{ruleInWords(reason.rule_id)}</p>
            <p class="rule-detail">{ruleInReadersWords(reason.detail, zone)}</p>
            <p class="rule-source">
              <span class="rule-id">{reason.rule_id}</span> {words.source}: {ruleInReadersWords(reason.source)}
            </p>
          </li>
        ))}
      </ul>
      {decision.verdict === "refuse" && (
        <p class="rules-next">
          {decision.next_lawful_at ? words.next(dayTime(decision.next_lawful_at, zone)) : words.onlyPerson}
        </p>
      )}
    </div>
  );
}
