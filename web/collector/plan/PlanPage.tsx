import { api, ask, type Schemas } from "../../api/client";
import { Empty } from "../../ui/Empty";
import { Loaded, useLoading } from "../../ui/load";
import { to } from "../../ui/route";
import { isWithTheCustomer, loadDay, type Stop, type Visit } from "../day";
import { Finish } from "./Finish";
import { Means } from "./Means";
import { Sign } from "./Sign";
import { Terms } from "./Terms";
import { w } from "./words/words";

export type Agreement = Schemas["Agreement"];

/** Terms that nobody can sign any more. */
const GONE: readonly Agreement["state"][] = ["declined", "withdrawn", "superseded"];

/** An instalment plan at the door: what the customer can afford, exact terms, their text, a signature. */
export function PlanPage({ appointmentId, day }: { appointmentId: string; day: string }) {
  const words = w();
  const loading = useLoading(`plan ${day} ${appointmentId}`, async () => {
    const { stops, visits } = await loadDay(day);
    const stop = stops.find((each) => each.id === appointmentId);
    const visit = visits.get(appointmentId);
    const plans = stop && visit ? await plansOf(stop.case_id) : [];
    return { stop, visit, plan: plans.filter((plan) => isOfThisVisit(plan, visit)).at(-1) };
  });
  return (
    <>
      <p class="back">
        <a href={to("visits", day, appointmentId)}>‹ {words.back}</a>
      </p>
      <h1>{words.title}</h1>
      <Loaded from={loading} lines={8}>
        {({ stop, visit, plan }) =>
          stop && visit && isWithTheCustomer(visit) ? (
            <div class="stack visit">
              <p class="soft">{stop.customer.name}</p>
              <Step day={day} stop={stop} visit={visit} plan={plan} onChange={loading.reload} />
            </div>
          ) : (
            <Empty title={words.notNow}>{words.notNowHint}</Empty>
          )
        }
      </Loaded>
    </>
  );
}

/** Terms that can still be signed, or were at this door; a plan that broke before is no obstacle to a new one. */
function isOfThisVisit(plan: Agreement, visit: Visit | undefined): boolean {
  return plan.signed_at === null ? !GONE.includes(plan.state) : plan.visit_id === visit?.id;
}

async function plansOf(caseId: string): Promise<Agreement[]> {
  const params = { path: { case_id: caseId } };
  return (await ask(api.GET("/v1/cases/{case_id}/agreements", { params }))).items;
}

interface Props {
  day: string;
  stop: Stop;
  visit: Visit;
  plan: Agreement | undefined;
  onChange: () => Promise<void>;
}

function Step({ day, stop, visit, plan, onChange }: Props) {
  const words = w();
  if (!plan) return <Means stop={stop} visit={visit} onDrafted={onChange} />;
  if (plan.signed_at !== null) return <Finish day={day} visit={visit} plan={plan} />;
  if (plan.state === "offered") return <Sign visit={visit} plan={plan} onChange={onChange} />;
  if (plan.state === "awaiting_approval") return <p class="note note-amber">{words.waits}</p>;
  return <Terms stop={stop} visit={visit} plan={plan} onChange={onChange} />;
}
