import { useState } from "preact/hooks";

import type { Met as Whom, Proof, Visit } from "../../store/visit";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { StatusChip } from "../../ui/StatusChip";
import { toast } from "../../ui/Toast";
import { Choice } from "./Choice";
import { NobodyHome } from "./NobodyHome";
import { tell } from "./tell";
import { w } from "./words/words";

const THIRD: readonly Whom[] = ["related", "unrelated"];

/** Who stood at the door and how that is known: facts of the door, filled in for nobody. */
export function Met({ visit }: { visit: Visit }) {
  const words = w();
  const [met, setMet] = useState<Whom | null>(null);
  const saving = useDoing(async (proof: Proof) => {
    if (!met) return;
    await tell(visit, "visit.meet", { person_met: met, identity_proof: proof });
    setMet(null);
    toast(words.metSaved);
  });

  if (visit.met !== null && met === null) {
    return (
      <section class="card stack-s" aria-labelledby="met">
        <div class="row spread">
          <h2 id="met">{words.steps.met}</h2>
          <StatusChip tone="green" word={t().met[visit.met] ?? ""} />
        </div>
        {visit.met !== "none" && visit.proof && (
          <p>
            {words.identity}: {t().proof[visit.proof]}
          </p>
        )}
        <Speaking visit={visit} />
        <Button kind="quiet" onClick={() => setMet(visit.met)}>
          {words.metChange}
        </Button>
      </section>
    );
  }
  return (
    <section class="card stack" aria-labelledby="met">
      <h2 id="met">{words.steps.met}</h2>
      <Choice
        name="met"
        isLabelHidden
        label={words.met}
        options={Object.entries(t().met)}
        value={met}
        onValue={(value) => setMet(value as Whom)}
      />
      {met === "none" ? (
        <>
          <NobodyHome visit={visit} />
          <Button size="large" onClick={() => saving.run("none")} isBusy={saving.isBusy}>
            {words.nobodyElse}
          </Button>
        </>
      ) : (
        met && (
          <div class="stack-s" role="group" aria-labelledby="identity">
            <p class="label" id="identity">
              {words.identity}
            </p>
            <div class="choice">
              {Object.entries(t().proof).map(([proof, word]) => (
                <Button key={proof} size="large" onClick={() => saving.run(proof as Proof)} isBusy={saving.isBusy}>
                  {word}
                </Button>
              ))}
            </div>
          </div>
        )
      )}
      {saving.error !== undefined && <ErrorBox error={saving.error} />}
    </section>
  );
}

/** What may be said to this person: the office's answer, and until it comes the careful one. */
function Speaking({ visit: { met, told } }: { visit: Visit }) {
  const words = w();
  if (met === null || met === "none") return null;
  if (THIRD.includes(met)) return <p class="note note-amber">{words.thirdPerson}</p>;
  const may = told?.may_name_debt;
  if (may === true) {
    return (
      <p class="note note-green" role="status">
        {words.mayName}
      </p>
    );
  }
  return (
    <p class="note note-amber" role="status">
      {may === false ? words.mayNotName : words.mayNameLater}
    </p>
  );
}
