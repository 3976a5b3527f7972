import { useEffect, useState } from "preact/hooks";

import type { Met, Proof, Visit } from "../../store/visit";
import { pending } from "../../store/live";
import { settlePending, takeBack } from "../../sync/outbox";
import { Button } from "../../ui/Button";
import { language } from "../../ui/i18n/language";
import { date, money, time } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { outcomes } from "../outcomes";
import { w } from "./words/words";

const SECOND_MS = 1000;

interface Said {
  outcome: string;
  person_met: Met;
  identity_proof: Proof;
  note: string | null;
  promise: { amount: { amount_minor: number; currency: "CNY" }; due_on: string } | null;
}

/** What is about to be sealed; for ten seconds it can be taken back, and then it stands for good. */
export function Review({ visit, zone }: { visit: Visit; zone: string | undefined }) {
  const words = w();
  if (!visit.pending) return null;
  const told = visit.pending.command.payload as Said;
  const kind = outcomes.value.find((each) => each.code === told.outcome);
  return (
    <section class="card stack" aria-labelledby="review">
      <h2 id="review">{words.review}</h2>
      <p class="figure">{kind ? kind[language.value] : told.outcome}</p>
      <dl class="facts">
        {visit.arrived_at && (
          <>
            <dt>{words.steps.arrive}</dt>
            <dd>{time(visit.arrived_at, zone)}</dd>
          </>
        )}
        <dt>{words.steps.met}</dt>
        <dd>
          {t().met[told.person_met]}
          {told.person_met !== "none" && ` · ${t().proof[told.identity_proof]}`}
        </dd>
        <dt>{words.steps.photo}</dt>
        <dd>{words.photos(visit.photos.length)}</dd>
        {told.promise && (
          <>
            <dt>{words.promised}</dt>
            <dd>
              {money(told.promise.amount)} · {date(told.promise.due_on)}
            </dd>
          </>
        )}
        {told.note && (
          <>
            <dt>{words.note}</dt>
            <dd>{told.note}</dd>
          </>
        )}
      </dl>
      <p class="soft small">{words.reviewHint}</p>
    </section>
  );
}

export function ReviewWays({ visit }: { visit: Visit }) {
  const words = w();
  const left = useSecondsLeft(visit.pending?.due_ms ?? 0);
  const undoing = useDoing(() => takeBack(visit.id));
  const sealing = useDoing(() => settlePending(pending.value, (each) => each.visit_id === visit.id));
  return (
    <>
      <Button size="large" onClick={sealing.run} isBusy={sealing.isBusy}>
        {words.sealNow}
      </Button>
      <Button kind="primary" size="large" onClick={undoing.run} isBusy={undoing.isBusy}>
        {words.undo(left)}
      </Button>
    </>
  );
}

function useSecondsLeft(dueMs: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.ceil((dueMs - now) / SECOND_MS));
}
