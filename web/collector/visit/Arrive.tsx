import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { takeFixes } from "../../core/place";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { toast } from "../../ui/Toast";
import type { Visit } from "../day";
import { w } from "./words/words";

/** That one stands at the door, and how sure the phone is of it. */
export function Arrive({ visit, onTold }: { visit: Visit; onTold: (told: Schemas["Told"]) => void }) {
  const words = w();
  const [accuracy, setAccuracy] = useState<number | null>(null);
  const arriving = useDoing(async () => {
    const { best: fix } = await takeFixes(({ best }) => best && setAccuracy(Math.round(best.accuracy_m)));
    const params = { path: { visit_id: visit.id }, header: keyed };
    const told = await ask(api.POST("/v1/visits/{visit_id}/arrival", { params, body: { fix } }));
    const { placement, arrival_distance_m: distance } = told.visit;
    const where = placement ? t().placement[placement] : "";
    const far = distance === null ? "" : words.distance(Math.round(distance));
    toast([words.arrived, where, far].filter(Boolean).join(" · "));
    onTold(told);
  });
  return (
    <div class="stack-s">
      {arriving.error !== undefined && <ErrorBox error={arriving.error} />}
      <Button kind="primary" size="large" onClick={arriving.run} isBusy={arriving.isBusy}>
        {arriving.isBusy ? words.locating : words.arrive}
      </Button>
      <p class="soft small" role="status">
        {accuracy === null ? words.arriveHint : words.accuracy(accuracy)} {words.noFix}
      </p>
    </div>
  );
}
