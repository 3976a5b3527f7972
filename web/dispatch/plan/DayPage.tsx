import { useEffect, useState } from "preact/hooks";

import { addDays, isDay } from "../../core/days";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field } from "../../ui/Field";
import { dayTime, weekday } from "../../ui/i18n/format";
import { Loaded, useLoading } from "../../ui/load";
import { may } from "../../ui/me";
import { go, to } from "../../ui/route";
import { Board } from "./Board";
import { Changes } from "./Changes";
import { IllDialog } from "./IllDialog";
import { leftOut, loadPlanDay, type Laid, type PlanDay } from "./load";
import { PublishDialog } from "./PublishDialog";
import { RunControl } from "./RunControl";
import { Travel } from "./Travel";
import { Unassigned } from "./Unassigned";
import { useEditing, type Editing } from "./useEditing";
import { useMoving } from "./useMoving";
import { VisitDialog } from "./VisitDialog";
import { w } from "./words/words";

const EVERY_MS = 60_000;

/** One day: its draft where one is named, or what is published; with everything that can be done to it. */
export function DayPage({ day, draftId }: { day: string; draftId: string | null }) {
  const mayDraft = may("plan:draft");
  const loaded = useLoading(`${day} ${draftId}`, () => loadPlanDay(day, draftId, mayDraft));
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible" && draftId === null) void loaded.reload();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <div class="page-head">
        <h1>
          {w().title} <span class="soft">{weekday(day)}</span>
        </h1>
        <DayChoice day={day} />
      </div>
      <Loaded from={loaded} lines={8}>
        {(value) => <Day value={value} mayDraft={mayDraft} reload={loaded.reload} />}
      </Loaded>
    </>
  );
}

function DayChoice({ day }: { day: string }) {
  const words = w();
  return (
    <div class="row plan-days">
      <a class="button button-plain" href={to("plan", addDays(day, -1))} aria-label={words.before}>
        ‹
      </a>
      <Field label={words.dayOf} type="date" value={day} onValue={(value) => isDay(value) && value !== day && go("plan", value)} />
      <a class="button button-plain" href={to("plan", addDays(day, 1))} aria-label={words.after}>
        ›
      </a>
    </div>
  );
}

function Day({ value, mayDraft, reload }: { value: PlanDay; mayDraft: boolean; reload: () => Promise<void> }) {
  const [opened, setOpened] = useState<string | null>(null);
  const [asks, setAsks] = useState<"publish" | "ill" | null>(null);
  const editing = useEditing(value.draft, reload);
  const plan: Laid | null = editing.draft ?? value.published;
  const moving = useMoving(plan, value, editing);
  const words = w();
  return (
    <div class="stack">
      <div class="row spread">
        <Standing value={value} />
        {mayDraft && (
          <div class="actions">
            {value.draft && (
              <Button kind="primary" onClick={() => setAsks("publish")}>
                {words.publish.go}
              </Button>
            )}
            <Button onClick={() => setAsks("ill")}>{words.ill.go}</Button>
          </div>
        )}
      </div>
      {mayDraft && <RunControl day={value.day} runs={value.runs} draft={value.draft} onChange={reload} />}
      {plan && <Counts plan={plan} value={value} />}
      {plan && plan.crews.length + plan.routes.length > 0 ? (
        <Board plan={plan} value={value} moving={moving} isBusy={editing.isBusy} onOpen={setOpened} />
      ) : (
        <section class="card">
          <Empty title={plan ? words.board.nobody : words.nothing}>{plan ? words.board.nobodyHint : undefined}</Empty>
        </section>
      )}
      <div class="two">
        <Unassigned left={leftOut(plan, value)} value={value} moving={moving} onOpen={setOpened} />
        {plan && <Changes plan={plan} value={value} isDraft={value.draft !== null} />}
      </div>
      {plan && plan.routes.length > 0 && <Travel travel={plan.travel} />}
      {opened !== null && (
        <VisitDialog id={opened} plan={plan} value={value} editing={editing} onClose={() => setOpened(null)} />
      )}
      {asks === "publish" && editing.draft && (
        <PublishDialog draft={editing.draft} onStale={reload} onClose={() => setAsks(null)} />
      )}
      {asks === "ill" && <IllDialog value={value} onDone={reload} onClose={() => setAsks(null)} />}
      <Failure editing={editing} isOpen={opened !== null} />
    </div>
  );
}

/** Whether one looks at a draft or at what holds, and the way to the other. */
function Standing({ value }: { value: PlanDay }) {
  const words = w();
  const { draft, published, runs, day } = value;
  if (draft) {
    return (
      <div>
        <p class="strong">{words.draftOf(dayTime(draft.changed_at))}</p>
        <p class="soft small">
          {words.draftHint} {published && <a href={to("plan", day)}>{words.toPublished}</a>}
        </p>
      </div>
    );
  }
  const newest = runs.find((run) => run.draft_id !== null);
  const isNewer = newest && (!published || Date.parse(newest.asked_at) > Date.parse(published.published_at));
  return (
    <div>
      <p class="strong">{published ? words.published(dayTime(published.published_at)) : words.nothing}</p>
      {isNewer && newest.draft_id && (
        <p class="small">
          <a href={to("plan", day, newest.draft_id)}>{words.toDraft(dayTime(newest.asked_at))}</a>
        </p>
      )}
    </div>
  );
}

function Counts({ plan, value }: { plan: Laid; value: PlanDay }) {
  const words = w();
  const planned = plan.routes.reduce((sum, route) => sum + route.visits.length, 0);
  const left = leftOut(plan, value).length;
  const counts: [string, string | number, boolean][] = [
    [words.counts.planned, planned, false],
    [words.counts.leftOut, left, left > 0],
    [words.counts.travel, words.hours(Math.round(plan.travel.travel_s / 60)), false],
    [words.counts.crews, new Set(plan.crews.map((crew) => crew.lead_id)).size, false],
  ];
  return (
    <dl class="counts plan-counts">
      {counts.map(([word, count, isBad]) => (
        <div key={word} class={isBad ? "count count-red" : "count"}>
          <dt>{word}</dt>
          <dd>{count}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What went wrong with a key or a drag; in the dialog it stands beside the button that was pressed. */
function Failure({ editing, isOpen }: { editing: Editing; isOpen: boolean }) {
  if (isOpen || editing.error === undefined) return null;
  return <ErrorBox error={editing.error}>{editing.told}</ErrorBox>;
}
