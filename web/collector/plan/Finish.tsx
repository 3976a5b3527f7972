import { api, ask, keyed } from "../../api/client";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { dayTime } from "../../ui/i18n/format";
import { useDoing } from "../../ui/load";
import { go } from "../../ui/route";
import { toast } from "../../ui/Toast";
import type { Visit } from "../day";
import { w as visitWords } from "../visit/words/words";
import type { Agreement } from "./PlanPage";
import { Instalments } from "./Terms";
import { w } from "./words/words";

/** The plan is signed: it is the visit's outcome, and collection stops. */
export function Finish({ day, visit, plan }: { day: string; visit: Visit; plan: Agreement }) {
  const words = w();
  const finishing = useDoing(async () => {
    if (!visit.person_met || !visit.identity_proof) return;
    const body = {
      outcome: "PLAN_SIGNED",
      person_met: visit.person_met,
      identity_proof: visit.identity_proof,
      agreement_id: plan.id,
    } as const;
    await ask(api.POST("/v1/visits/{visit_id}/outcome", { params: { path: { visit_id: visit.id }, header: keyed }, body }));
    toast(visitWords().finished);
    go("today", day);
  });
  const isBreach = plan.state === "signed_in_breach";
  return (
    <section class="card stack" aria-labelledby="signed">
      <h2 id="signed">{words.signed}</h2>
      {plan.signed_at && <p>{words.signedAt(dayTime(plan.signed_at))}</p>}
      <Instalments plan={plan} />
      <p class={`note ${isBreach ? "note-red" : "note-green"}`}>{isBreach ? words.inBreach : words.stops}</p>
      {finishing.error !== undefined && <ErrorBox error={finishing.error} />}
      <Button kind="primary" size="large" onClick={finishing.run} isBusy={finishing.isBusy}>
        {visitWords().finish}
      </Button>
    </section>
  );
}
