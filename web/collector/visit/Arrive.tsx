import { useState } from "preact/hooks";

import { distanceM, placementOf, type Placement } from "../../core/geo";
import { takeFixes, type Fix, type Fixes } from "../../core/place";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { go } from "../../ui/route";
import { toast } from "../../ui/Toast";
import type { Visit } from "../../store/visit";
import type { Call } from "../day";
import { Away } from "./Away";
import { tellOf } from "./tell";
import { w } from "./words/words";

/** An arrival that waits for a word, because the position lies elsewhere. */
interface Asked {
  at: string;
  fixes: Fixes;
}

/**
 * That one stands at the door, and how sure the phone is of it; then the camera opens by itself. Where the position
 * lies elsewhere, why is asked, and nobody has to answer.
 */
export function Arrive({ call: { stop }, visit }: { call: Call; visit: Visit }) {
  const words = w();
  const [fix, setFix] = useState<Fix | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const { lat, lon, is_approximate } = stop.address;
  const door = lat === null || lon === null ? null : { lat, lon };
  const arriving = useDoing(async () => {
    const at = new Date().toISOString();
    const fixes = await takeFixes((now) => setFix(now.best));
    if (fixes.best && placed(fixes.best) === "outside") setAsked({ at, fixes });
    else await arrive({ at, fixes }, null);
  });

  async function arrive({ at, fixes: { best, all } }: Asked, away_reason: string | null): Promise<void> {
    await tellOf(at, visit, "visit.arrive", { fix: best, fixes: all, away_reason });
    toast([words.arrived, best ? lies(best) : words.noPosition].filter(Boolean).join(" · "));
    go("visits", stop.id, "camera");
  }

  function placed({ point, accuracy_m }: Fix): Placement | null {
    return door && placementOf(point, accuracy_m, door, is_approximate);
  }

  function lies(here: Fix): string {
    const placement = placed(here);
    if (!door || !placement) return "";
    return `${t().placement[placement]} · ${words.distance(Math.round(distanceM(here.point, door)))}`;
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
      {asked?.fixes.best && (
        <Away
          lies={lies(asked.fixes.best)}
          onArrive={(reason) => arrive(asked, reason)}
          onClose={() => setAsked(null)}
        />
      )}
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
