import type { Visit } from "../../store/visit";
import { Button } from "../../ui/Button";
import { useDoing } from "../../ui/load";
import { go } from "../../ui/route";
import { tellSoon } from "./tell";
import { w } from "./words/words";

/** The one outcome that needs no question: nobody was met. It can be taken back for ten seconds. */
export function NobodyHome({ visit }: { visit: Visit }) {
  const saying = useDoing(async () => {
    const nobody = { outcome: "NOBODY_HOME", person_met: "none", identity_proof: "none", note: null, promise: null };
    await tellSoon(visit, "visit.finish", nobody);
    go("visits", visit.appointment_id);
  });
  if (visit.met !== null && visit.met !== "none") return null;
  return (
    <Button size="large" onClick={saying.run} isBusy={saying.isBusy}>
      {w().nobodyHome}
    </Button>
  );
}
