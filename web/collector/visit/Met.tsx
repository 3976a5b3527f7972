import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { StatusChip } from "../../ui/StatusChip";
import { toast } from "../../ui/Toast";
import type { Visit } from "../day";
import { Choice } from "./Choice";
import { w } from "./words/words";

type Met = Schemas["Person"]["person_met"];
type Identity = Schemas["Person"]["identity_proof"];

/** Who stood at the door and how that is known: facts of the door, filled in for nobody. */
export function Met(props: { visit: Visit; told: Schemas["Told"] | null; onTold: (told: Schemas["Told"]) => void }) {
  const { visit, told } = props;
  const words = w();
  const [met, setMet] = useState<Met | null>(visit.person_met);
  const [identity, setIdentity] = useState<Identity | null>(visit.identity_proof);
  const saving = useDoing(async () => {
    if (!met || !identity) return;
    const params = { path: { visit_id: visit.id }, header: keyed };
    const body = { person_met: met, identity_proof: identity };
    const answer = await ask(api.POST("/v1/visits/{visit_id}/persons", { params, body }));
    toast(words.metSaved);
    props.onTold(answer);
  });
  const isSaved = visit.person_met !== null && visit.person_met === met && visit.identity_proof === identity;

  function choose(chosen: Met): void {
    setMet(chosen);
    if (chosen === "none") setIdentity("none");
  }

  return (
    <section class="card stack" aria-labelledby="met">
      <div class="row spread">
        <h2 id="met">{words.steps.met}</h2>
        {visit.person_met && <StatusChip tone="green" word={t().met[visit.person_met] ?? ""} />}
      </div>
      <Choice
        name="met"
        isLabelHidden
        label={words.met}
        options={Object.entries(t().met)}
        value={met}
        onValue={(value) => choose(value as Met)}
      />
      {met && met !== "none" && (
        <Choice
          name="identity"
          label={words.identity}
          options={Object.entries(t().proof)}
          value={identity}
          onValue={(value) => setIdentity(value as Identity)}
        />
      )}
      {isSaved && told && met !== "none" && (
        <p class={`note ${told.may_name_debt ? "note-green" : "note-amber"}`} role="status">
          {told.may_name_debt ? words.mayName : words.mayNotName}
        </p>
      )}
      {saving.error !== undefined && <ErrorBox error={saving.error} />}
      {!isSaved && (
        <Button size="large" onClick={saving.run} isBusy={saving.isBusy} isDisabled={!met || !identity}>
          {words.saveMet}
        </Button>
      )}
    </section>
  );
}
