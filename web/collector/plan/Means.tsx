import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { minorUnits } from "../../core/money";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field, Select } from "../../ui/Field";
import { money } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { me } from "../../ui/me";
import type { Stop } from "../../store/live";
import type { Visit } from "../../store/visit";
import { dayAfter, today } from "../day";
import { Choice } from "../visit/Choice";
import { w } from "./words/words";

type Draft = Schemas["AgreementDraft"];
type Method = Draft["method"];
type Cycle = NonNullable<Draft["cycle"]>;

/** Of what is left of a month this much stays with the customer, in basis points; the API's default, said aloud. */
const KEPT_BP = 2_000;

/** The customer's month in their own figures. Nothing is filled in for them, and nothing here presses. */
export function Means(props: { stop: Stop; visit: Visit; onDrafted: () => Promise<void> }) {
  const words = w();
  const currency = (me.value?.organisation.currency ?? "CNY") as Schemas["Money"]["currency"];
  const [income, setIncome] = useState("");
  const [essential, setEssential] = useState("");
  const [others, setOthers] = useState("0");
  const [isWilling, setWilling] = useState(false);
  const [cycle, setCycle] = useState<Cycle>("monthly");
  const [firstDue, setFirstDue] = useState("");
  const [method, setMethod] = useState<Method | null>(null);
  const [payTo, setPayTo] = useState("");
  const [isAsked, setAsked] = useState(false);

  const minor = { income: figure(income), essential: figure(essential), others: figure(others) };
  const spare = spareOf(minor);
  const lacks = {
    income: minor.income === null,
    essential: minor.essential === null,
    others: minor.others === null,
    willing: !isWilling,
    due: !firstDue,
    method: method === null,
    payTo: !payTo.trim(),
  };

  const drafting = useDoing(async () => {
    if (minor.income === null || minor.essential === null || minor.others === null || method === null) return;
    const body: Draft = {
      affordability: {
        income_minor: minor.income,
        essential_minor: minor.essential,
        other_debts_minor: minor.others,
        kept_bp: KEPT_BP,
        currency,
      },
      is_willing: isWilling,
      first_due_on: firstDue,
      cycle,
      method,
      pay_to: payTo.trim(),
      visit_id: props.visit.id,
    };
    const params = { path: { case_id: props.stop.case_id }, header: keyed };
    await ask(api.POST("/v1/cases/{case_id}/agreements", { params, body }));
    await props.onDrafted();
  });

  function submit(event: Event): void {
    event.preventDefault();
    setAsked(true);
    if (!Object.values(lacks).some(Boolean)) void drafting.run();
  }

  const wrong = (isWrong: boolean) => (isAsked && isWrong ? words.amountWrong : undefined);
  return (
    <form class="card stack" onSubmit={submit} noValidate>
      <h2>{words.means}</h2>
      <p class="soft small">{words.meansHint}</p>
      <Field
        label={words.income(currency)}
        inputMode="decimal"
        value={income}
        onValue={setIncome}
        error={wrong(lacks.income)}
        isRequired
      />
      <Field
        label={words.essential(currency)}
        hint={words.essentialHint}
        inputMode="decimal"
        value={essential}
        onValue={setEssential}
        error={wrong(lacks.essential)}
        isRequired
      />
      <Field
        label={words.others(currency)}
        inputMode="decimal"
        value={others}
        onValue={setOthers}
        error={wrong(lacks.others)}
        isRequired
      />
      {spare !== null && (
        <p class={`note ${spare > 0 ? "note-green" : "note-amber"}`} role="status">
          {spare > 0 ? words.spare(money({ amount_minor: spare, currency })) : words.nothingSpare}
        </p>
      )}
      <Select
        label={words.cycle}
        value={cycle}
        onValue={(value) => setCycle(value as Cycle)}
        options={Object.entries(words.cycles)}
      />
      <Field
        label={words.firstDue}
        type="date"
        min={dayAfter(today())}
        value={firstDue}
        onValue={setFirstDue}
        error={isAsked && lacks.due ? t().required : undefined}
        isRequired
      />
      <Choice
        name="method"
        label={words.method}
        options={Object.entries(words.methods)}
        value={method}
        onValue={(value) => setMethod(value as Method)}
      />
      {isAsked && lacks.method && <p class="field-error">{t().required}</p>}
      <Field
        label={words.payTo}
        hint={words.payToHint}
        value={payTo}
        onValue={setPayTo}
        maxLength={200}
        error={isAsked && lacks.payTo ? t().required : undefined}
        isRequired
      />
      <label class="tick">
        <input type="checkbox" checked={isWilling} onChange={(event) => setWilling(event.currentTarget.checked)} />
        <span>{words.willing}</span>
      </label>
      {isAsked && lacks.willing && <p class="field-error">{words.willingNeeded}</p>}
      {drafting.error !== undefined && (
        <>
          <ErrorBox error={drafting.error} />
          {isBeyondMeans(drafting.error) && <p class="note note-amber">{words.beyondMeans}</p>}
        </>
      )}
      <Button kind="primary" size="large" type="submit" isBusy={drafting.isBusy}>
        {words.draft}
      </Button>
    </form>
  );
}

function figure(text: string): number | null {
  return minorUnits(text, { least: 0 });
}

/** What a month leaves for the plan; null until all figures are there. */
function spareOf(minor: Record<"income" | "essential" | "others", number | null>): number | null {
  if (minor.income === null || minor.essential === null || minor.others === null) return null;
  const left = Math.max(0, minor.income - minor.essential - minor.others);
  return Math.floor((left * (10_000 - KEPT_BP)) / 10_000);
}

function isBeyondMeans(error: unknown): boolean {
  return error instanceof Problem && error.faults.some((fault) => fault.pointer === "/affordability");
}
