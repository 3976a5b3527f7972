import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { api, ask, type Schemas } from "../../api/client";
import { Empty } from "../Empty";
import { Field } from "../Field";
import { date } from "../i18n/format";
import { Loaded, useLoading } from "../load";
import { to } from "../route";
import { StatusChip, type Tone } from "../StatusChip";
import { w } from "./words";

type Clock = Schemas["LegalClock"];
const TONES: Record<Clock["state"], Tone> = {
  running: "blue",
  interrupted: "blue",
  run_out: "red",
  satisfied: "green",
  not_started: "grey",
  paused: "amber",
  closed: "grey",
  not_recorded: "amber",
};
const ALARMING: Record<Clock["alarm"], Tone | null> = { none: null, soon: "amber", urgent: "red", passed: null };

/** Every legal clock of a case as of a day, with the entries that it rests on, and what a page says under one. */
export function LegalClocks({ caseId, under }: { caseId: string; under?: (clock: Clock) => ComponentChildren }) {
  const [asOf, setAsOf] = useState("");
  const loading = useLoading(`${caseId} ${asOf}`, () =>
    ask(
      api.GET("/v1/cases/{case_id}/clocks", {
        params: { path: { case_id: caseId }, query: asOf === "" ? {} : { as_of: asOf } },
      }),
    ),
  );
  const words = w();
  return (
    <section class="card stack" aria-labelledby="clocks">
      <div class="row spread">
        <h2 id="clocks">{words.title}</h2>
        <Field label={words.asOf} hint={words.asOfHint} type="date" value={asOf} onValue={setAsOf} />
      </div>
      <p class="soft">{words.lead}</p>
      <div aria-live="polite">
        <Loaded from={loading} lines={8}>
          {({ clocks }) =>
            clocks.length === 0 ? (
              <Empty title={words.empty} />
            ) : (
              <ul class="list">
                {clocks.map((clock) => (
                  <li key={clock.id} class="line stack-s">
                    <OneClock clock={clock} caseId={caseId} />
                    {under?.(clock)}
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
    </section>
  );
}

function OneClock({ clock, caseId }: { clock: Clock; caseId: string }) {
  const words = w();
  const alarm = ALARMING[clock.alarm];
  const [since, due] = headings(clock);
  return (
    <>
      <div class="row">
        <h3>{words.titles[clock.title]}</h3>
        <StatusChip tone={TONES[clock.state]} word={words.states[clock.state]} />
        {alarm && <StatusChip tone={alarm} word={words.alarms[clock.alarm]} />}
      </div>
      {(clock.since || clock.due) && (
        <dl class="facts">
          {clock.since && (
            <>
              <dt>{since}</dt>
              <dd>{date(clock.since)}</dd>
            </>
          )}
          {clock.due && (
            <>
              <dt>{due}</dt>
              <dd>
                <span class="strong">{date(clock.due)}</span>
                {clock.days_left !== null && clock.state !== "closed" && (
                  <span class="soft"> · {words.daysLeft(clock.days_left)}</span>
                )}
              </dd>
            </>
          )}
        </dl>
      )}
      {clock.steps.length > 0 && (
        <ol class="list small" aria-label={words.steps}>
          {clock.steps.map((step) => (
            <li key={`${step.what} ${step.evidence_id}`} class="row">
              <span>{date(step.on)}</span>
              <span class="strong">{words.what[step.what]}</span>
              <span class={step.is_counted ? "" : "soft"}>
                {step.why_not ? words.notCounted(words.whyNot[step.why_not]) : words.counted}
              </span>
              {step.evidence_id && (
                <a href={to("cases", caseId, "story", step.evidence_id)}>
                  {words.toStory}
                  <span class="sr-only">
                    {" "}
                    {date(step.on)} {words.what[step.what]}
                  </span>
                </a>
              )}
            </li>
          ))}
        </ol>
      )}
      {clock.notes.map((note) => (
        <p key={note} class="soft small">
          {words.notes[note]}
        </p>
      ))}
      <p class="soft small">
        {words.rest}:{" "}
        {clock.rules.map((rule) => `${rule.rule_id} ${rule.source} (${words.confidence(rule.confidence)})`).join("; ")}
      </p>
    </>
  );
}

/** What its two days mean. */
function headings(clock: Clock): [string, string] {
  const words = w();
  if (clock.title === "effective_collection") {
    return [words.firstDemand, clock.state === "satisfied" ? words.secondDemand : words.secondEarliest];
  }
  return [words.since, clock.title === "retention" ? words.disposal : words.due];
}
