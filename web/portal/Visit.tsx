import { useState } from "preact/hooks";

import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { day, span } from "../ui/i18n/format";
import { language } from "../ui/i18n/language";
import { useDoing, useLoading } from "../ui/doing";
import { Skeleton } from "../ui/Skeleton";
import { StatusChip, type Tone } from "../ui/StatusChip";
import { Face } from "./Face";
import { Failed } from "./Failed";
import { fetchFile, get, hand, post, type Page, type Window } from "./link";
import { w } from "./words/words";

const TONES: Record<string, Tone> = { noticed: "amber", confirmed: "green", kept: "green", suspended: "grey" };

/** Who comes, when and why; and the answer to it. */
export function Visit({ page, onPage }: { page: Page; onPage: (page: Page) => void }) {
  const [isMoving, setMoving] = useState(false);
  const [told, setTold] = useState("");
  const confirming = useDoing(async () => {
    onPage(await post<Page>("/page/confirmation"));
    setTold(w().confirmed);
  });
  const toCalendar = useDoing(async () => hand(await fetchFile("/page/calendar"), "visit.ics"));
  const words = w();
  const stands = page.may_confirm || page.may_move;
  return (
    <section class="card stack" aria-labelledby="visit">
      <div class="spread">
        <h2 id="visit">{words.title}</h2>
        <StatusChip tone={TONES[page.state] ?? "grey"} word={words.states[page.state] ?? page.state} />
      </div>
      <dl class="facts">
        <dt>{words.when}</dt>
        <dd>
          <strong class="when">{day(page.window_from, page.timezone)}</strong>
          <span class="when">{span(page.window_from, page.window_to, page.timezone)}</span>
          <span class="soft small">{words.byDoorClock}</span>
        </dd>
        <dt>{words.why}</dt>
        <dd>{language.value === "zh" ? page.purpose_zh : page.purpose_en}</dd>
        {(stands || page.visitors.length > 0) && <Who page={page} />}
      </dl>
      {told && (
        <p class="note note-green" role="status">
          {told}
        </p>
      )}
      <Failed error={confirming.error ?? toCalendar.error} />
      {stands && !isMoving && (
        <div class="actions ways-out">
          {page.may_confirm && (
            <Button kind="primary" size="large" isBusy={confirming.isBusy} onClick={confirming.run}>
              {words.confirm}
            </Button>
          )}
          <Button size="large" onClick={() => setMoving(true)}>
            {words.move}
          </Button>
          <Button kind="quiet" isBusy={toCalendar.isBusy} onClick={toCalendar.run}>
            {words.calendar}
          </Button>
        </div>
      )}
      {isMoving && (
        <Moving
          zone={page.timezone}
          onMoved={(moved) => {
            onPage(moved);
            setMoving(false);
            setTold(words.moved);
          }}
          onBack={() => setMoving(false)}
        />
      )}
    </section>
  );
}

function Who({ page }: { page: Page }) {
  const words = w();
  return (
    <>
      <dt>{words.who}</dt>
      <dd>
        {page.visitors.length === 0
          ? words.badgeLater
          : page.visitors.map((one) => (
              <span key={`${one.role} ${one.badge}`} class="visitor">
                {one.has_portrait && <Face role={one.role} badge={one.badge} />}
                {one.badge ? words.badge(one.badge) : words.badgeLater}
              </span>
            ))}
      </dd>
    </>
  );
}

function Moving(props: { zone: string; onMoved: (page: Page) => void; onBack: () => void }) {
  const offered = useLoading("windows", () => get<{ windows: Window[] }>("/page/windows"));
  const [chosen, setChosen] = useState<Window | null>(null);
  const [reason, setReason] = useState("");
  const moving = useDoing(async () => {
    if (chosen !== null) props.onMoved(await post<Page>("/page/move", { ...chosen, reason: reason.trim() || null }));
  });
  const words = w();
  if (offered.error !== undefined) return <Failed error={offered.error} retry={offered.reload} />;
  if (offered.value === undefined) return <Skeleton lines={4} />;
  const { windows } = offered.value;
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void moving.run();
      }}
    >
      {windows.length === 0 ? (
        <p class="note note-amber">{words.noWindows}</p>
      ) : (
        <fieldset class="plain-fieldset">
          <legend>{words.moveLead}</legend>
          <div class="hours">
            {windows.map((one) => (
              <label key={one.window_from} class="hour">
                <input type="radio" name="window" checked={chosen === one} onChange={() => setChosen(one)} />
                <span>
                  {day(one.window_from, props.zone)}
                  <strong>{span(one.window_from, one.window_to, props.zone)}</strong>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
      )}
      {windows.length > 0 && <Field label={words.moveReason} value={reason} onValue={setReason} maxLength={500} />}
      <Failed error={moving.error} refused={words.moveRefused} />
      <div class="actions ways-out">
        {windows.length > 0 && (
          <Button kind="primary" size="large" type="submit" isBusy={moving.isBusy} isDisabled={chosen === null}>
            {words.moveGo}
          </Button>
        )}
        <Button kind="quiet" onClick={props.onBack}>
          {words.back}
        </Button>
      </div>
    </form>
  );
}
