import { useState } from "preact/hooks";

import { distanceM, placementOf } from "../../core/geo";
import { takeFixes, type Fix } from "../../core/place";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { go } from "../../ui/route";
import { toast } from "../../ui/Toast";
import type { Visit } from "../../store/visit";
import type { Call } from "../day";
import { tell } from "./tell";
import { w } from "./words/words";

/** That one stands at the door, and how sure the phone is of it; then the camera opens by itself. */
export function Arrive({ call: { stop }, visit }: { call: Call; visit: Visit }) {
  const words = w();
  const [fix, setFix] = useState<Fix | null>(null);
  const arriving = useDoing(async () => {
    const { best, all } = await takeFixes((fixes) => setFix(fixes.best));
    await tell(visit, "visit.arrive", { fix: best, fixes: all });
    toast([words.arrived, best ? lies(best) : words.noPosition].filter(Boolean).join(" · "));
    go("visits", stop.id, "camera");
  });

  function lies({ point, accuracy_m }: Fix): string {
    const { lat, lon, is_approximate } = stop.address;
    if (lat === null || lon === null) return "";
    const door = { lat, lon };
    const placement = t().placement[placementOf(point, accuracy_m, door, is_approximate)] ?? "";
    return `${placement} · ${words.distance(Math.round(distanceM(point, door)))}`;
  }

  return (
    <div class="stack-s">
      {arriving.error !== undefined && <ErrorBox error={arriving.error} />}
      {fix && <Ring accuracy={fix.accuracy_m} />}
      <p class="soft small" role="status">
        {fix === null ? words.arriveHint : `${words.accuracy(Math.round(fix.accuracy_m))} · ${lies(fix)}`} {words.noFix}
      </p>
      <Button kind="primary" size="large" onClick={arriving.run} isBusy={arriving.isBusy}>
        {arriving.isBusy ? words.locating : words.arrive}
      </Button>
    </div>
  );
}

/** The disc of doubt against the circle of the door, a hundred metres wide. */
function Ring({ accuracy }: { accuracy: number }) {
  return (
    <svg class="ring" viewBox="-100 -100 200 200" aria-hidden="true">
      <circle r="66" class="ring-door" />
      <circle r={Math.max(4, Math.min(96, (accuracy / 100) * 66))} class="ring-doubt" />
      <circle r="4" class="ring-here" />
    </svg>
  );
}
