import { useState } from "preact/hooks";

import { api, ask, keyed } from "../../api/client";
import { Problem } from "../../api/problem";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { date, money } from "../../ui/i18n/format";
import { useDoing } from "../../ui/load";
import { toast } from "../../ui/Toast";
import type { Stop } from "../../store/live";
import type { Visit } from "../../store/visit";
import { Means } from "./Means";
import { carry } from "./offers";
import type { Agreement } from "./PlanPage";
import { w } from "./words/words";

/** Exact terms that nobody was offered yet: they can be offered, put to the office, or worked out anew. */
export function Terms(props: { stop: Stop; visit: Visit; plan: Agreement; onChange: () => Promise<void> }) {
  const { plan, onChange } = props;
  const words = w();
  const [isAnew, setAnew] = useState(false);
  const params = { path: { agreement_id: plan.id }, header: keyed };
  const offering = useDoing(async () => {
    const offered = await ask(
      api.POST("/v1/agreements/{agreement_id}/offer", { params, body: { channel: "visit" } }),
    );
    await carry(props.stop, offered);
  });
  const submitting = useDoing(async () => {
    await ask(api.POST("/v1/agreements/{agreement_id}/submission", { params, body: {} }));
    toast(words.submitted);
    await onChange();
  });

  async function redrafted(): Promise<void> {
    setAnew(false);
    await onChange();
  }

  if (isAnew) return <Means stop={props.stop} visit={props.visit} onDrafted={redrafted} />;
  return (
    <section class="card stack" aria-labelledby="terms">
      <h2 id="terms">{words.terms}</h2>
      <Instalments plan={plan} />
      {offering.error !== undefined && <ErrorBox error={offering.error} />}
      {submitting.error !== undefined && <ErrorBox error={submitting.error} />}
      {isRefused(offering.error) ? (
        <>
          <p class="note note-amber">{words.maySubmit}</p>
          <Button kind="primary" size="large" onClick={submitting.run} isBusy={submitting.isBusy}>
            {words.submit}
          </Button>
        </>
      ) : (
        <Button kind="primary" size="large" onClick={offering.run} isBusy={offering.isBusy}>
          {words.offer}
        </Button>
      )}
      <Button size="large" onClick={() => setAnew(true)}>
        {words.anew}
      </Button>
    </section>
  );
}

/** What would be paid and when: the sum of it in one line, every row behind it. */
export function Instalments({ plan }: { plan: Pick<Agreement, "instalments" | "total"> }) {
  const words = w();
  const first = plan.instalments[0];
  const last = plan.instalments.at(-1);
  if (!first || !last) return null;
  return (
    <>
      <p class="figure">{money(plan.total)}</p>
      <p>{words.summary(plan.instalments.length, money(first.amount), date(first.due_on), date(last.due_on))}</p>
      <details>
        <summary>{words.rows}</summary>
        <ol class="instalments">
          {plan.instalments.map((row) => (
            <li key={row.no} class="row spread">
              <span>{date(row.due_on)}</span> <span class="strong">{money(row.amount)}</span>
            </li>
          ))}
        </ol>
      </details>
    </>
  );
}

/** Beyond one's own authority, or changed meanwhile: the office can look at it. A rule's refusal is no matter of authority. */
function isRefused(error: unknown): boolean {
  return error instanceof Problem && error.status === 409 && !error.decision;
}
