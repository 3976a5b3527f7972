import { useEffect, useRef } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { Loaded, useDoing, useLoading } from "../../ui/load";
import { Frame } from "./Frame";
import { loadKinds, type ImportKinds } from "./kinds";
import { Outcome } from "./Outcome";
import { Progress } from "../../ui/Progress";
import { w } from "./words/words";

const LOOK_AGAIN_MS = 1000;

export type Run = Schemas["ImportRun"];

export interface Seen {
  run: Run;
  kinds: ImportKinds;
  /** What was applied or is being undone, as it stands now. */
  imported: Schemas["Import"] | null;
}

async function look(runId: string): Promise<Seen> {
  const path = { import_run_id: runId };
  const [run, kinds] = await Promise.all([ask(api.GET("/v1/import-runs/{import_run_id}", { params: { path } })), loadKinds()]);
  const id = run.import_id;
  const imported = id ? await ask(api.GET("/v1/imports/{import_id}", { params: { path: { import_id: id } } })) : null;
  return { run, kinds, imported };
}

function isOpen(run: Run): boolean {
  return run.stage === "waiting" || run.stage === "running";
}

/** The third and fourth step, and an undoing: how far it is, then what came of it. Its address finds it again. */
export function RunPage({ runId }: { runId: string }) {
  const seen = useLoading(runId, () => look(runId));
  const run = seen.value?.run;
  const wasOpen = useRef(false);
  if (run && isOpen(run)) wasOpen.current = true;
  const isLost = seen.error !== undefined && !(seen.error instanceof Problem);
  useEffect(() => {
    if (!isLost && !(run && isOpen(run))) return undefined;
    const timer = setTimeout(() => void seen.reload(), LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [seen.value, seen.error]);
  const step = run?.task === "undo" ? undefined : run?.task === "apply" ? 4 : 3;
  return (
    <Frame {...(step === undefined ? {} : { step })} {...(run?.task === "undo" ? { title: w().undo.title } : {})}>
      <Loaded from={seen}>
        {(value) =>
          isOpen(value.run) ? (
            <Working run={value.run} onChange={seen.reload} />
          ) : (
            <Outcome {...value} takesFocus={wasOpen.current} />
          )
        }
      </Loaded>
    </Frame>
  );
}

function Working({ run, onChange }: { run: Run; onChange: () => Promise<void> }) {
  const words = w().run;
  const cancelling = useDoing(async () => {
    const params = { path: { import_run_id: run.id }, header: keyed };
    try {
      await ask(api.POST("/v1/import-runs/{import_run_id}/cancel", { params }));
    } catch (error) {
      // It was over before the wish to stop it came: what came of it is shown instead.
      if (!(error instanceof Problem && error.code === "conflict")) throw error;
    }
    await onChange();
  });
  const title = { check: words.checking, apply: words.applying, undo: words.undoing }[run.task];
  const phase = run.phase === null ? words.waiting : (words.phases[run.phase] ?? words.waiting);
  const told = run.task === "undo" ? words.recordsOf : words.rowsOf;
  const more = run.phase === null ? "" : run.rows_total === null ? words.rows(run.rows_done) : told(run.rows_done, run.rows_total);
  return (
    <section class="card stack" aria-labelledby="working">
      <h2 id="working">{title}</h2>
      <Progress
        label={run.is_cancelled ? words.cancelling : phase}
        more={more}
        done={run.rows_total === null ? null : run.rows_done}
        all={run.rows_total}
      />
      <p class="soft small">{words.leave}</p>
      {cancelling.error !== undefined && <ErrorBox error={cancelling.error} />}
      <div class="actions">
        <Button isBusy={cancelling.isBusy || run.is_cancelled} onClick={cancelling.run}>
          {words.cancel}
        </Button>
      </div>
    </section>
  );
}
