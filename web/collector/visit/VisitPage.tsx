import { useEffect, useRef, useState } from "preact/hooks";

import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { ReasonDialog } from "../../ui/ReasonDialog";
import { may } from "../../ui/me";
import { go, to } from "../../ui/route";
import { Skeleton } from "../../ui/Skeleton";
import { toast } from "../../ui/Toast";
import type { Visit } from "../../store/visit";
import { callOf, calls, isOver, isWithTheCustomer, zoneOf, type Call } from "../day";
import { w as planWords } from "../plan/words/words";
import { SetOut } from "../today/Today";
import { Arrive } from "./Arrive";
import { Complaint } from "./Complaint";
import { DoorCode } from "./DoorCode";
import { Facts } from "./Facts";
import { mayBegin, Lawful } from "./Lawful";
import { Met } from "./Met";
import { Note } from "./Note";
import { Notices } from "./Notices";
import { OutcomeForm } from "./Outcome";
import { Payment } from "./Payment";
import { Phones } from "./Phones";
import { Photos } from "./Photos";
import { Review, ReviewWays } from "./Review";
import { tell } from "./tell";
import { Warnings } from "./Warnings";
import { WithReach } from "./WithReach";
import { w } from "./words/words";

/** One visit from the door of the office to the door of the customer and away: the next step is always in reach. */
export function VisitPage({ appointmentId }: { appointmentId: string }) {
  const words = w();
  const call = callOf(appointmentId);
  if (calls.value === null) return <Skeleton lines={8} />;
  if (call) return <Steps call={call} />;
  return (
    <>
      <Back />
      <Empty title={words.gone} />
    </>
  );
}

function Back() {
  return (
    <p class="back">
      <a href={to("today")}>‹ {w().back}</a>
    </p>
  );
}

function Steps({ call }: { call: Call }) {
  const words = w();
  const { stop, visit } = call;
  useLeavingWhenSealed(visit);
  return (
    <WithReach reach={<NextStep call={call} />}>
      <Back />
      <Facts call={call} />
      <Warnings call={call} />
      {visit && !isOver(call) && <DoorCode secret={stop.door_secret} />}
      {visit?.pending ? (
        <Review visit={visit} zone={zoneOf(stop)} />
      ) : isOver(call) ? (
        <>
          <p class="note note-green">{words.over}</p>
          {visit && <Complaint stop={stop} visit={visit} />}
        </>
      ) : !visit ? (
        <>
          <Lawful stop={stop} />
          <Phones stop={stop} />
        </>
      ) : visit.state === "departed" ? (
        <>
          <Phones stop={stop} />
          <BreakOff visit={visit} />
        </>
      ) : (
        <AtTheDoor call={call} visit={visit} />
      )}
    </WithReach>
  );
}

/** The one large button of a step, at the thumb; a door asks for more than one button. */
function NextStep({ call }: { call: Call }) {
  const { stop, visit } = call;
  if (visit?.pending) return <ReviewWays visit={visit} />;
  if (visit?.state === "departed") return <Arrive call={call} visit={visit} />;
  if (visit || isOver(call) || !mayBegin(stop)) return null;
  return <SetOut call={call} />;
}

function AtTheDoor({ call: { stop }, visit }: { call: Call; visit: Visit }) {
  return (
    <>
      <Photos visit={visit} />
      <Met visit={visit} />
      {visit.met !== null && <Notices stop={stop} visit={visit} />}
      {isWithTheCustomer(visit) && (stop.offers.length > 0 || may("agreement:draft")) && <PlanWay stopId={stop.id} />}
      <OutcomeForm stop={stop} visit={visit} />
      <Payment stop={stop} />
      <Complaint stop={stop} visit={visit} />
      <Note visit={visit} />
      <Phones stop={stop} />
      {!visit.met && <BreakOff visit={visit} />}
    </>
  );
}

/** Once the outcome is in the chain there is nothing left to do here: on to the next door. */
function useLeavingWhenSealed(visit: Visit | null): void {
  const wasPending = useRef(false);
  const isPending = Boolean(visit?.pending);
  useEffect(() => {
    if (wasPending.current && !isPending && visit?.finished_at) {
      toast(w().finished);
      go("today");
    }
    wasPending.current = isPending;
  }, [isPending]);
}

/** The way to an instalment plan, for whoever cannot pay at once. */
function PlanWay({ stopId }: { stopId: string }) {
  const words = planWords();
  return (
    <section class="card stack-s" aria-labelledby="plan">
      <h2 id="plan">{words.title}</h2>
      <p class="soft small">{words.hint}</p>
      <a class="button button-plain button-large" href={to("visits", stopId, "plan")}>
        {words.open}
      </a>
    </section>
  );
}

function BreakOff({ visit }: { visit: Visit }) {
  const words = w();
  const [isOpen, setOpen] = useState(false);

  async function abort(reason: string): Promise<void> {
    await tell(visit, "visit.abort", { reason });
    setOpen(false);
    toast(words.aborted);
  }

  return (
    <div>
      <Button kind="quiet" onClick={() => setOpen(true)}>
        {words.abort}
      </Button>
      {isOpen && (
        <ReasonDialog
          title={words.abort}
          label={words.abortReason}
          hint={words.abortHint}
          go={words.abort}
          onReason={abort}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}
