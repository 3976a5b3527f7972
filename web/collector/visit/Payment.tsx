import { useState } from "preact/hooks";

import type { Schemas } from "../../api/client";
import { minorUnits } from "../../core/money";
import { slice, type Stop } from "../../store/live";
import { record } from "../../sync/outbox";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field } from "../../ui/Field";
import { money } from "../../ui/i18n/format";
import { useDoing, useLoading } from "../../ui/load";
import { Choice } from "./Choice";
import { w } from "./words/words";

type Method = Schemas["PaymentCreate"]["method"];

/** Paying the organisation's own account, and telling of a payment that was made. Cash is taken by nobody. */
export function Payment({ stop }: { stop: Stop }) {
  const words = w();
  const currency = stop.case.balance?.currency ?? "CNY";
  const [amount, setAmount] = useState("");
  const [method, setMethod] = useState<Method | null>(null);
  const [reference, setReference] = useState("");
  const [isAsked, setAsked] = useState(false);
  const [receipt, setReceipt] = useState<string | null>(null);
  const minor = minorUnits(amount);
  const reporting = useDoing(async () => {
    if (minor === null || method === null) return;
    const paid = { amount_minor: minor, currency };
    const payload = { case_id: stop.case_id, amount: paid, method, paid_at: new Date().toISOString(), reference };
    await record({ type: "payment.report", appointment_id: stop.id, payload });
    setReceipt(words.receipt(money(paid)));
    setAmount("");
  });

  function submit(event: Event): void {
    event.preventDefault();
    setAsked(true);
    if (minor !== null && method !== null) void reporting.run();
  }

  return (
    <details class="card">
      <summary>{words.payment}</summary>
      <div class="stack">
        <p class="note note-amber">{words.noCash}</p>
        {slice.value?.pay_to && <PayCode to={slice.value.pay_to} />}
        {receipt ? (
          <p class="note note-green" role="status">
            {receipt}
          </p>
        ) : (
          <form class="stack" onSubmit={submit} noValidate>
            <Field
              label={words.paidAmount(currency)}
              inputMode="decimal"
              value={amount}
              onValue={setAmount}
              error={isAsked && minor === null ? words.amountWrong : undefined}
              isRequired
            />
            <Choice
              name="method"
              label={words.paidBy}
              options={Object.entries(words.methods)}
              value={method}
              onValue={(value) => setMethod(value as Method)}
            />
            {isAsked && method === null && <p class="field-error">{words.choose}</p>}
            <Field label={words.reference} value={reference} onValue={setReference} maxLength={100} />
            {reporting.error !== undefined && <ErrorBox error={reporting.error} />}
            <Button size="large" type="submit" isBusy={reporting.isBusy}>
              {words.report}
            </Button>
          </form>
        )}
      </div>
    </details>
  );
}

/** The official code, drawn on this phone: the customer pays the organisation, and nobody in between. */
function PayCode({ to }: { to: { label: string; url: string } }) {
  const words = w();
  const drawn = useLoading(to.url, async () => (await import("uqr")).renderSVG(to.url, { border: 2 }));
  return (
    <figure class="qr-figure">
      {drawn.value && (
        <img class="qr" alt={words.payCode} src={`data:image/svg+xml,${encodeURIComponent(drawn.value)}`} />
      )}
      <figcaption>{to.label}</figcaption>
    </figure>
  );
}
