import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { minorUnits } from "../../core/money";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field } from "../../ui/Field";
import { language } from "../../ui/i18n/language";
import { t } from "../../ui/i18n/words";
import { Loaded, useDoing, useLoading } from "../../ui/load";
import { today, type Visit } from "../day";
import { Choice } from "./Choice";
import { w } from "./words/words";

type Kind = Schemas["OutcomeKind"];

/** What came of it: a large word, then the exact outcome, then only what that outcome needs. */
export function OutcomeForm(props: { visit: Visit; currency: string; onTold: (told: Schemas["Told"]) => void }) {
  const words = w();
  const outcomes = useLoading("outcomes", () => ask(api.GET("/v1/outcomes")));
  return (
    <section class="card stack" aria-labelledby="outcome">
      <h2 id="outcome">{words.steps.outcome}</h2>
      {props.visit.person_met === null ? (
        <p class="soft">{words.meetFirst}</p>
      ) : (
        <Loaded from={outcomes}>{({ items }) => <Form {...props} kinds={items.filter(fits(props.visit))} />}</Loaded>
      )}
    </section>
  );
}

/** Outcomes that can follow from who was met. A signed plan has its own way, with the signature. */
function fits(visit: Visit): (kind: Kind) => boolean {
  return (kind) =>
    kind.met.some((met) => met === visit.person_met) && !kind.needs.includes("agreement_id");
}

function Form(props: { visit: Visit; currency: string; kinds: Kind[]; onTold: (told: Schemas["Told"]) => void }) {
  const { visit, kinds, currency } = props;
  const words = w();
  const [chip, setChip] = useState<string | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const [amount, setAmount] = useState("");
  const [due, setDue] = useState("");
  const [note, setNote] = useState("");
  const [isAsked, setAsked] = useState(false);
  const kind = kinds.find((each) => each.code === code) ?? null;
  const minor = minorUnits(amount);
  const needs = (what: Kind["needs"][number]) => kind?.needs.includes(what) ?? false;
  const lacks = {
    promise: needs("promise") && (minor === null || !due),
    note: needs("note") && !note.trim(),
    photo: needs("photos") && visit.files.length === 0,
  };

  const finishing = useDoing(async () => {
    if (!kind || !visit.person_met || !visit.identity_proof) return;
    const body = {
      outcome: kind.code as Schemas["Outcome"]["outcome"],
      person_met: visit.person_met,
      identity_proof: visit.identity_proof,
      note: note.trim() || null,
      promise:
        needs("promise") && minor !== null
          ? { amount: { amount_minor: minor, currency: currency as Schemas["Money"]["currency"] }, due_on: due }
          : null,
    };
    const params = { path: { visit_id: visit.id }, header: keyed };
    props.onTold(await ask(api.POST("/v1/visits/{visit_id}/outcome", { params, body })));
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
