import { photos } from "../../store/live";
import type { Visit } from "../../store/visit";
import { to } from "../../ui/route";
import { StatusChip } from "../../ui/StatusChip";
import { Thumb } from "./Thumb";
import { w } from "./words/words";

/** What was photographed at this door, and whether the office has it. */
export function Photos({ visit }: { visit: Visit }) {
  const words = w();
  const waiting = photos.value.filter((each) => each.visit_id === visit.id && each.state !== "safe" && !each.original);
  return (
    <section class="card stack-s" aria-labelledby="photos">
      <div class="row spread">
        <h2 id="photos">{words.steps.photo}</h2>
        {visit.photos.length > 0 &&
          (waiting.length > 0 ? (
            <StatusChip tone="blue" shape="↑" word={words.photosWaiting(visit.photos.length, waiting.length)} />
          ) : (
            <StatusChip tone="green" word={words.photos(visit.photos.length)} />
          ))}
      </div>
      {visit.photos.length === 0 ? (
        <p class="soft small">{words.photoHint}</p>
      ) : (
        <ul class="thumbs">
          {visit.photos.map((sha256, at) => (
            <li key={sha256}>
              <Thumb sha256={sha256} label={words.photoNo(at + 1)} />
            </li>
          ))}
        </ul>
      )}
      <a class="button button-plain button-large" href={to("visits", visit.appointment_id, "camera")}>
        {words.photo}
      </a>
    </section>
  );
}
