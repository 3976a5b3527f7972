import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { api, ask, type Schemas } from "../../api/client";
import type { Decision } from "../../api/problem";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { ErrorBox } from "../../ui/ErrorBox";
import { calendarDay, day, instantAt, span } from "../../ui/i18n/format";
import { Loaded, useDoing, useLoading } from "../../ui/load";
import { Rules } from "../../ui/Rules";
import { w } from "../words/words";
import { joined, windowsOf, type Window } from "./windows";

interface Wish {
  file: Schemas["CaseFile"];
  door: Pick<Schemas["Address"], "id">;
  zone: string;
  onDay: string;
  minutes: number;
  people: number;
  /** The appointment that would give way, whose own window stands in no way. */
  moving?: string;
  go: string;
  onGo: (window: Window) => Promise<void>;
  children?: ComponentChildren;
}

/** The windows of a day that the rules and the crews allow, one to choose; for the others it says why not. */
export function Slots({ file, door, zone, onDay, minutes, people, moving, go, onGo, children }: Wish) {
  const words = w().booking;
  const [chosen, setChosen] = useState<Window | null>(null);
  const slots = useLoading("slots", () => {
    const from = instantAt(onDay, "00:00", zone);
    const next = calendarDay(new Date(Date.parse(from) + 26 * 3_600_000).toISOString(), zone);
    const wish = { service_minutes: minutes, crew_size: people, address_id: door.id };
    const query = { from, to: instantAt(next, "00:00", zone), ...wish, ...(moving ? { moving } : {}) };
    const path = { case_id: file.case.id };
    return ask(api.GET("/v1/cases/{case_id}/slots", { params: { path, query } }));
  });
  const booking = useDoing(onGo);

  return (
    <div class="stack">
      <section class="card stack" aria-labelledby="free">
        <h2 id="free">
          {words.free} <span class="soft">{day(instantAt(onDay, "12:00", zone), zone)}</span>
        </h2>
        <Loaded from={slots}>
          {(value) => {
            const windows = windowsOf(value.free, minutes);
            if (windows.length === 0) return <Empty title={words.noneFree} />;
            return (
              <>
                <fieldset class="windows">
                  <legend class="sr-only">{words.window}</legend>
                  {windows.map((window) => (
                    <label key={window.from} class="window">
                      <input
                        type="radio"
                        name="window"
                        checked={chosen?.from === window.from}
                        onChange={() => setChosen(window)}
                      />
                      <span class="strong">{span(window.from, window.to, zone)}</span>
                      <span class="soft small">{words.extra(Math.round(window.extraTravelS / 60))}</span>
                    </label>
                  ))}
                </fieldset>
                <p class="soft small">{words.windowHint}</p>
                {children}
                {booking.error !== undefined && <ErrorBox error={booking.error} zone={zone} />}
                <div class="row">
                  <Button
                    kind="primary"
                    size="large"
                    isBusy={booking.isBusy}
                    isDisabled={!chosen}
                    onClick={() => chosen && booking.run(chosen)}
                  >
                    {go}
                  </Button>
                  <p role="status">
                    {chosen
                      ? words.chosen(`${day(chosen.from, zone)} ${span(chosen.from, chosen.to, zone)}`)
                      : words.choose}
                  </p>
                </div>
              </>
            );
          }}
        </Loaded>
      </section>
      {slots.value && slots.value.closed.length > 0 && (
        <section class="card stack" aria-labelledby="closed">
          <h2 id="closed">{words.closed}</h2>
          <ul class="list">
            {joined(slots.value.closed).map((closed) => (
              <li key={closed.from} class="line closed">
                <p class="strong">{span(closed.from, closed.to, zone)}</p>
                <div class="stack-s">
                  <p>{words.reasons[closed.reason]}</p>
                  {closed.decision && <Rules decision={closed.decision as unknown as Decision} zone={zone} />}
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
