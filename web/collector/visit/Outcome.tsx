import { useState } from "preact/hooks";

import type { Schemas } from "../../api/client";
import { minorUnits } from "../../core/money";
import type { Stop } from "../../store/live";
import type { Visit } from "../../store/visit";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field } from "../../ui/Field";
import { language } from "../../ui/i18n/language";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { me } from "../../ui/me";
import { today } from "../day";
import { outcomes, type OutcomeKind } from "../outcomes";
import { Choice } from "./Choice";
import { tellSoon } from "./tell";
import { w } from "./words/words";

/** What came of it: a large word, then the exact outcome, then only what that outcome needs. */
export function OutcomeForm({ stop, visit }: { stop: Stop; visit: Visit }) {
  const words = w();
  const currency = stop.case.balance?.currency ?? me.value?.organisation.currency ?? "CNY";
  return (
    <section class="card stack" aria-labelledby="outcome">
      <h2 id="outcome">{words.steps.outcome}</h2>
      {visit.met === null ? (
        <p class="soft">{words.meetFirst}</p>
      ) : (
        <Form visit={visit} currency={currency} kinds={outcomes.value.filter(fits(visit))} />
      )}
    </section>
  );
}

/** Outcomes that can follow from who was met. A signed plan has its own way, with the signature. */
function fits(visit: Visit): (kind: OutcomeKind) => boolean {
  return (kind) => kind.met.some((met) => met === visit.met) && !kind.needs.includes("agreement_id");
}

function Form({ visit, kinds, currency }: { visit: Visit; currency: string; kinds: readonly OutcomeKind[] }) {
  const words = w();
  const [chip, setChip] = useState<string | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const [amount, setAmount] = useState("");
  const [due, setDue] = useState("");
  const [note, setNote] = useState("");
  const [isAsked, setAsked] = useState(false);
  const kind = kinds.find((each) => each.code === code) ?? null;
  const minor = minorUnits(amount);
  const needs = (what: OutcomeKind["needs"][number]) => kind?.needs.includes(what) ?? false;
  const lacks = {
    promise: needs("promise") && (minor === null || !due),
    note: needs("note") && !note.trim(),
    photo: needs("photos") && visit.photos.length === 0,
  };

  const finishing = useDoing(async () => {
    if (!kind || !visit.met || !visit.proof) return;
    const promised =
      needs("promise") && minor !== null
        ? { amount: { amount_minor: minor, currency: currency as Schemas["Money"]["currency"] }, due_on: due }
        : null;
    await tellSoon(visit, "visit.finish", {
      outcome: kind.code,
      person_met: visit.met,
      identity_proof: visit.proof,
      note: note.trim() || null,
      promise: promised,
    });
  });

  function submit(event: Event): void {
    event.preventDefault();
    setAsked(true);
    if (kind && !Object.values(lacks).some(Boolean)) void finishing.run();
  }

  function chooseChip(chosen: string): void {
    const inside = kinds.filter((each) => each.chip === chosen);
    setChip(chosen);
    setCode(inside.length === 1 ? (inside[0]?.code ?? null) : null);
    setAsked(false);
  }

  const chips = Object.entries(words.chips).filter(([each]) => kinds.some((one) => one.chip === each));
  const inside = kinds.filter((each) => each.chip === chip);
  if (chips.length === 0) return <p class="soft">{words.none}</p>;
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <Choice name="chip" isLabelHidden label={words.outcome} options={chips} value={chip} onValue={chooseChip} />
      {inside.length > 1 && (
        <Choice
          name="code"
          label={words.chips[chip ?? ""] ?? ""}
          options={inside.map((each) => [each.code, each[language.value]] as const)}
          value={code}
          onValue={setCode}
        />
      )}
      {kind && inside.length === 1 && <p class="strong">{kind[language.value]}</p>}
      {needs("promise") && (
        <>
          <Field
            label={words.amount(currency)}
            hint={words.amountHint}
            inputMode="decimal"
            value={amount}
            onValue={setAmount}
            error={isAsked && minor === null ? words.amountWrong : undefined}
            isRequired
          />
          <Field
            label={words.due}
            type="date"
            min={today()}
            value={due}
            onValue={setDue}
            error={isAsked && !due ? t().required : undefined}
            isRequired
          />
        </>
      )}
      {kind && (
        <Field
          label={words.note}
          value={note}
          onValue={setNote}
          maxLength={2000}
          isLong
          isRequired={needs("note")}
          error={isAsked && lacks.note ? words.noteNeeded : undefined}
        />
      )}
      {isAsked && lacks.photo && <p class="note note-amber">{words.photoNeeded}</p>}
      {finishing.error !== undefined && <ErrorBox error={finishing.error} />}
      {kind && (
        <Button kind="primary" size="large" type="submit" isBusy={finishing.isBusy}>
          {words.finish}
        </Button>
      )}
    </form>
  );
}
