import { useEffect, useState } from "preact/hooks";

import { api, ask, keyed } from "../../api/client";
import { Problem } from "../../api/problem";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { language } from "../../ui/i18n/language";
import { Select } from "../../ui/Field";
import { useDoing } from "../../ui/load";
import { Progress } from "../../ui/Progress";
import { go } from "../../ui/route";
import type { Draft, Run } from "./load";
import { w } from "./words/words";

const BUDGETS = [2, 10, 30, 60];
const LOOK_AGAIN_MS = 700;

/** Starts the planning of a day, shows how far it is and what it has found, and stops it. */
export function RunControl(props: {
  day: string;
  runs: readonly Run[];
  draft: Draft | null;
  onChange: () => Promise<void>;
}) {
  const open = props.runs.find((run) => run.stage === "waiting" || run.stage === "running");
  if (open) return <Working key={open.id} first={open} onChange={props.onChange} />;
  return <Start {...props} />;
}

function Start({ day, runs, draft, onChange }: { day: string; runs: readonly Run[]; draft: Draft | null; onChange: () => Promise<void> }) {
  const words = w().run;
  const [budget, setBudget] = useState(BUDGETS[1] ?? 10);
  const starting = useDoing(async () => {
    const body = { day, budget_s: budget, from_draft: draft?.id ?? null };
    try {
      await ask(api.POST("/v1/plans/runs", { params: { header: keyed }, body }));
    } finally {
      // Somebody else may have begun: their run is shown.
      await onChange();
    }
  });
  const last = runs[0];
  const isBusy = starting.error instanceof Problem && starting.error.code === "conflict";
  return (
    <section class="card stack-s">
      <div class="row plan-start">
        <Select
          label={words.budget}
          value={String(budget)}
          onValue={(value) => setBudget(Number(value))}
          options={BUDGETS.map((seconds) => [String(seconds), words.seconds(seconds)] as const)}
        />
        <Button kind={draft ? "plain" : "primary"} isBusy={starting.isBusy} onClick={starting.run}>
          {draft ? words.again : words.go}
        </Button>
        {draft && <p class="soft small">{words.againHint}</p>}
      </div>
      {last?.stage === "cancelled" && !draft && <p class="soft small">{words.stopped}</p>}
      {last?.stage === "failed" && !draft && (
        <p class="note note-red">
          {words.failed} {language.value === "en" && last.failure?.detail}
        </p>
      )}
      {isBusy ? <p class="note note-amber">{words.busy}</p> : starting.error !== undefined && <ErrorBox error={starting.error} />}
    </section>
  );
}

function Working({ first, onChange }: { first: Run; onChange: () => Promise<void> }) {
  const words = w().run;
  const [run, setRun] = useState(first);
  const [lost, setLost] = useState<unknown>();
  const path = { plan_run_id: first.id };
  useEffect(() => {
    const timer = setTimeout(async () => {
      try {
        const now = await ask(api.GET("/v1/plans/runs/{plan_run_id}", { params: { path } }));
        setLost(undefined);
        if (now.stage === "done" && now.draft_id) go("plan", now.day, now.draft_id);
        else if (now.stage === "failed" || now.stage === "cancelled") await onChange();
        else setRun(now);
      } catch (error) {
        setLost(error);
        setRun({ ...run });
      }
    }, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [run]);
  const stopping = useDoing(async () => {
    try {
      setRun(await ask(api.POST("/v1/plans/runs/{plan_run_id}/cancel", { params: { path, header: keyed } })));
    } catch (error) {
      // It was over before the wish to stop it came: what came of it is shown instead.
      if (!(error instanceof Problem && error.code === "conflict")) throw error;
    }
    await onChange();
  });
  const { best } = run;
  const label = run.is_cancelled ? words.stopping : run.stage === "waiting" ? words.waiting : words.thinking;
  return (
    <section class="card stack-s" aria-labelledby="planning">
      <h2 id="planning">{words.title}</h2>
      <Progress
        label={label}
        done={best ? Math.min(best.elapsed_s, run.budget_s) : null}
        all={best ? run.budget_s : null}
        more={best ? words.best(best.planned, best.left_out) : ""}
      />
      <p class="soft small">{words.leave}</p>
      {(lost ?? stopping.error) !== undefined && <ErrorBox error={lost ?? stopping.error} />}
      <div class="actions">
        <Button isBusy={stopping.isBusy || run.is_cancelled} onClick={stopping.run}>
          {words.stop}
        </Button>
      </div>
    </section>
  );
}
