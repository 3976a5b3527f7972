import { useEffect, useState } from "preact/hooks";

import { api, ask, type Schemas } from "../../api/client";
import { time } from "../../ui/i18n/format";
import { w } from "./words/words";

/** The code that the customer types to know that this collector is genuine; a new one each minute. */
export function DoorCode({ appointmentId, zone }: { appointmentId: string; zone: string | undefined }) {
  const [told, setTold] = useState<Schemas["DoorCode"] | null>(null);
  const [hasFailed, setFailed] = useState(false);

  useEffect(() => {
    let timer = 0;
    async function renew(): Promise<void> {
      const params = { path: { appointment_id: appointmentId } };
      try {
        const answer = await ask(api.GET("/v1/appointments/{appointment_id}/door-code", { params }));
        setTold(answer);
        setFailed(false);
        if (answer.changes_at === null) return;
      } catch {
        setTold(null);
        setFailed(true);
      }
      // The server's clock counts, not the phone's: asked often enough that no code is shown for long.
      timer = window.setTimeout(() => void renew(), 15_000);
    }
    void renew();
    return () => window.clearTimeout(timer);
  }, [appointmentId]);

  const words = w();
  return (
    <section class="card stack-s" aria-labelledby="genuine">
      <h2 id="genuine">{words.genuine}</h2>
      {told?.code ? (
        <p class="door-code mono" aria-live="off">
          {told.code.slice(0, 3)} {told.code.slice(3)}
        </p>
      ) : (
        <p class="soft">
          {hasFailed ? words.codeOffline : told ? words.codeLater(time(told.shown_from, zone)) : "…"}
        </p>
      )}
      <p class="soft small">{words.genuineHint}</p>
    </section>
  );
}
