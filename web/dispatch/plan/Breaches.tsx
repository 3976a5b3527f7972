import type { Breach, Decision } from "../../api/problem";
import { time } from "../../ui/i18n/format";
import { Rules } from "../../ui/Rules";
import { w } from "./words/words";

/** What stands against a wish: each rule of the day or of the law, with its size. */
export function Breaches({ breaches }: { breaches: readonly Breach[] }) {
  return (
    <ul class="stack-s">
      {breaches.map((breach) => (
        <li key={`${breach.rule} ${breach.appointment_id}`}>
          <p class="strong">{w().breaches[breach.rule] ?? w().breachOther}</p>
          <p class="small soft">{sizeOf(breach)}</p>
          {breach.decision && <Rules decision={breach.decision as unknown as Decision} />}
        </li>
      ))}
    </ul>
  );
}

function sizeOf({ rule, start_at: start, size }: Breach): string {
  const minutes = Math.max(1, Math.round(size / 60));
  if (start) return w().late(time(start), minutes);
  return rule === "shift" || rule === "break" ? w().over(minutes) : "";
}
