import { shift } from "../../store/live";
import { beginShift, endBreak, endShift, isOnBreak, takeBreak } from "../../sync/track";
import { Button } from "../../ui/Button";
import { time } from "../../ui/i18n/format";
import { useDoing } from "../../ui/load";
import { reportHealth } from "./health";
import { w } from "./words/words";

/** The shift is the person's own to begin, to pause and to end; and they see what is kept of them. */
export function Shift() {
  const words = w();
  const beginning = useDoing(async () => {
    await beginShift();
    await reportHealth();
  });
  const ending = useDoing(endShift);
  const begun = shift.value;
  return (
    <section class="card stack" aria-labelledby="shift">
      <h2 id="shift">{words.shift}</h2>
      <p role="status">{begun === null ? words.shiftOff : isOnBreak.value ? words.onBreak : words.shiftOn(time(begun))}</p>
      {begun === null ? (
        <Button kind="primary" size="large" onClick={beginning.run} isBusy={beginning.isBusy}>
          {words.begin}
        </Button>
      ) : (
        <>
          <Button size="large" onClick={() => (isOnBreak.value ? endBreak() : takeBreak())}>
            {isOnBreak.value ? words.resume : words.pause}
          </Button>
          <Button size="large" onClick={ending.run} isBusy={ending.isBusy}>
            {words.end}
          </Button>
        </>
      )}
      <details>
        <summary>{words.recorded}</summary>
        <ul class="bullets">
          {words.recordedText.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </details>
    </section>
  );
}
