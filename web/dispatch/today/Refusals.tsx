import type { Schemas } from "../../api/client";
import type { Decision } from "../../api/problem";
import { Empty } from "../../ui/Empty";
import { dayTime, time } from "../../ui/i18n/format";
import { language } from "../../ui/i18n/language";
import { to } from "../../ui/route";
import { ruleInWords } from "../../ui/Rules";
import { w } from "../words/words";

const SHOWN = 8;

/** What the rules did not allow today, with the rule: the trace of what was tried. */
export function Refusals({ refusals }: { refusals: Schemas["Refusal"][] }) {
  const words = w().refusals;
  return (
    <section class="card" aria-labelledby="refusals">
      <h2 id="refusals">{words.title}</h2>
      {refusals.length === 0 ? (
        <Empty title={words.empty} />
      ) : (
        <ul class="list">
          {refusals.slice(0, SHOWN).map((refusal) => (
            <RefusalLine key={refusal.id} refusal={refusal} />
          ))}
        </ul>
      )}
    </section>
  );
}

function RefusalLine({ refusal }: { refusal: Schemas["Refusal"] }) {
  const words = w().refusals;
  const decision = refusal.decision as Decision | null;
  const rules = decision?.reasons.filter((reason) => reason.verdict === "refuse") ?? [];
  const who = refusal.who.name ?? refusal.who.badge ?? refusal.who.sweep ?? "";
  return (
    <li class="line">
      <p>
        <a class="strong" href={to("cases", refusal.case_id)}>
          {refusal.reference}
        </a>{" "}
        <span class="soft small">
          {time(refusal.at)} {words.by(who)}
        </span>
      </p>
      {rules.length === 0 ? (
        <p>{refusal.text[language.value]}</p>
      ) : (
        rules.map((reason) => (
          <p key={reason.rule_id}>
            {ruleInWords(reason.rule_id)} <span class="mono soft small">{reason.rule_id}</span>
          </p>
        ))
      )}
      {decision?.next_lawful_at && <p class="soft small">{words.next(dayTime(decision.next_lawful_at))}</p>}
    </li>
  );
}
