import { api, ask, type Schemas } from "../../api/client";
import { isOffline } from "../../api/network";
import { session } from "../../api/session";
import type { Stop } from "../../store/live";
import { serverNow } from "../../store/now";
import type { Visit } from "../../store/visit";
import { syncNow } from "../../sync/loop";
import { Empty } from "../../ui/Empty";
import { Loaded, useLoading } from "../../ui/load";
import { may } from "../../ui/me";
import { to } from "../../ui/route";
import { Skeleton } from "../../ui/Skeleton";
import { callOf, calls, isWithTheCustomer } from "../day";
import { Finish } from "./Finish";
import { Means } from "./Means";
import { carry } from "./offers";
import { Sign } from "./Sign";
import { Terms } from "./Terms";
import { w } from "./words/words";

export type Agreement = Schemas["Agreement"];

/** Terms that nobody can sign any more. */
const GONE: readonly Agreement["state"][] = ["declined", "withdrawn", "superseded"];

/** An instalment plan at the door: what was offered from approved authority is signed here, with signal or without. */
export function PlanPage({ appointmentId }: { appointmentId: string }) {
  const words = w();
  const call = callOf(appointmentId);
  const visit = call?.visit;
  return (
    <>
      <p class="back">
        <a href={to("visits", appointmentId)}>‹ {words.back}</a>
      </p>
      <h1>{words.title}</h1>
      {calls.value === null ? (
        <Skeleton lines={8} />
      ) : call && visit && isWithTheCustomer(visit) ? (
        <div class="stack visit">
          <p class="soft">{call.stop.customer.name}</p>
          <Step stop={call.stop} visit={visit} />
        </div>
      ) : (
        <Empty title={words.notNow}>{words.notNowHint}</Empty>
      )}
    </>
  );
}

function Step({ stop, visit }: { stop: Stop; visit: Visit }) {
  const words = w();
  const offers = stop.offers.filter((offer) => Date.parse(offer.expires_at) > Date.parse(serverNow()));
  const signed = stop.offers.find((offer) => offer.agreement_id === visit.agreement);
  if (visit.agreement) return <Finish visit={visit} offer={signed} />;
  const [newest] = offers.slice(-1);
  if (newest) return <Sign key={newest.agreement_id} stop={stop} visit={visit} offer={newest} />;
  if (isOffline.value || session.value === null || !may("agreement:draft")) {
    return <Empty title={words.noOffer}>{words.noOfferHint}</Empty>;
  }
  return <WithTheOffice stop={stop} visit={visit} />;
}

/** Working out another plan takes the office, and so signal: its authority is not on this phone. */
function WithTheOffice({ stop, visit }: { stop: Stop; visit: Visit }) {
  const words = w();
  const loading = useLoading(`plan ${stop.id}`, async () => {
    // The office has to know first that somebody is at the door.
    await syncNow();
    const params = { path: { case_id: stop.case_id } };
    const plans = (await ask(api.GET("/v1/cases/{case_id}/agreements", { params }))).items;
    const plan = plans.filter((each) => each.signed_at === null && !GONE.includes(each.state)).at(-1);
    if (plan?.state === "offered") await carry(stop, plan);
    return { plan };
  });
  return (
    <Loaded from={loading} lines={8}>
      {({ plan }) =>
        !plan ? (
          <Means stop={stop} visit={visit} onDrafted={loading.reload} />
        ) : plan.state === "awaiting_approval" ? (
          <p class="note note-amber">{words.waits}</p>
        ) : (
          <Terms stop={stop} visit={visit} plan={plan} onChange={loading.reload} />
        )
      }
    </Loaded>
  );
}
