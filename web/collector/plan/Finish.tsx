import type { Visit } from "../../store/visit";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { useDoing } from "../../ui/load";
import { go } from "../../ui/route";
import type { Offer } from "../../api/sync";
import { tellSoon } from "../visit/tell";
import { w as visitWords } from "../visit/words/words";
import { Instalments } from "./Terms";
import { w } from "./words/words";

/** The plan is signed: it is the visit's outcome, and collection stops. */
export function Finish({ visit, offer }: { visit: Visit; offer: Offer | undefined }) {
  const words = w();
  const finishing = useDoing(async () => {
    if (!visit.met || !visit.proof) return;
    await tellSoon(visit, "visit.finish", {
      outcome: "PLAN_SIGNED",
      person_met: visit.met,
      identity_proof: visit.proof,
      note: null,
      promise: null,
      agreement_id: visit.agreement,
    });
    go("visits", visit.appointment_id);
  });
  return (
    <section class="card stack" aria-labelledby="signed">
      <h2 id="signed">{words.signed}</h2>
      {offer && <Instalments plan={offer} />}
      <p class="note note-green">{words.stops}</p>
      <p class="soft small">{words.copy}</p>
      {finishing.error !== undefined && <ErrorBox error={finishing.error} />}
      <Button kind="primary" size="large" onClick={finishing.run} isBusy={finishing.isBusy}>
        {visitWords().finish}
      </Button>
    </section>
  );
}
