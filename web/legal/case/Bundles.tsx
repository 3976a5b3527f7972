import { useEffect, useState } from "preact/hooks";

import { api, ask, fetchBlob, keyed, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field } from "../../ui/Field";
import { bytes, dayTime } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { Loaded, useDoing, useLoading } from "../../ui/load";
import { StatusChip, type Tone } from "../../ui/StatusChip";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";

const TONES: Record<string, Tone> = { requested: "blue", built: "green", failed: "red" };
const LOOK_AGAIN_MS = 1500;

async function loadExports(caseId: string) {
  const path = { case_id: caseId };
  const [exports, lag, users] = await Promise.all([
    ask(api.GET("/v1/cases/{case_id}/exports", { params: { path } })),
    ask(api.GET("/v1/log/lag")),
    ask(api.GET("/v1/users", { params: { query: { limit: 200 } } })),
  ]);
  const names = new Map(users.items.map((user) => [user.id, user.name ?? user.username]));
  return { items: exports.items, pending: lag.pending, names };
}

/** A bundle is asked for with its purpose, watched while it is made, and fetched. */
export function Bundles({ caseId }: { caseId: string }) {
  const words = w().bundles;
  const loading = useLoading(caseId, () => loadExports(caseId));
  const isMaking = loading.value?.items.some((each) => each.state === "requested") ?? false;
  useEffect(() => {
    if (!isMaking) return undefined;
    const timer = setInterval(() => void loading.reload(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isMaking]);
  return (
    <div class="stack">
      <Request caseId={caseId} onAsked={loading.reload} />
      <section class="card" aria-labelledby="bundles">
        <h2 id="bundles">{words.list}</h2>
        <Loaded from={loading}>
          {({ items, pending, names }) =>
            items.length === 0 ? (
              <Empty title={words.empty} />
            ) : (
              <ul class="list">
                {items.map((each) => (
                  <Bundle key={each.id} bundle={each} pending={pending} by={names.get(each.requested_by) ?? ""} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </section>
    </div>
  );
}

function Request({ caseId, onAsked }: { caseId: string; onAsked: () => Promise<void> }) {
  const words = w().bundles;
  const [reason, setReason] = useState("");
  const [isMissing, setMissing] = useState(false);
  const asking = useDoing(async () => {
    const params = { path: { case_id: caseId }, header: keyed };
    await ask(api.POST("/v1/cases/{case_id}/exports", { params, body: { reason: reason.trim() } }));
    setReason("");
    toast(words.asked);
    await onAsked();
  });

  function submit(event: Event): void {
    event.preventDefault();
    setMissing(!reason.trim());
    if (reason.trim()) void asking.run();
  }

  return (
    <form class="card stack" onSubmit={submit} noValidate aria-labelledby="request">
      <h2 id="request">{words.title}</h2>
      <p class="soft">{words.lead}</p>
      <Field
        label={words.reason}
        hint={words.reasonHint}
        value={reason}
        onValue={setReason}
        maxLength={500}
        isLong
        isRequired
        error={isMissing ? t().required : undefined}
      />
      {asking.error !== undefined && <ErrorBox error={asking.error} />}
      <div class="actions">
        <Button kind="primary" type="submit" isBusy={asking.isBusy}>
          {words.go}
        </Button>
      </div>
    </form>
  );
}

function Bundle({ bundle, pending, by }: { bundle: Schemas["Export"]; pending: number; by: string }) {
  const words = w().bundles;
  const fetching = useDoing(async () => {
    const blob = await fetchBlob(`/v1/exports/${bundle.id}/bundle`);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `doorstep-${bundle.id}.zip`;
    link.click();
    URL.revokeObjectURL(link.href);
    toast(words.downloaded);
  });
  return (
    <li class="line">
      <div class="row spread">
        <p class="strong">{bundle.reason}</p>
        <StatusChip tone={TONES[bundle.state] ?? "grey"} word={words.states[bundle.state] ?? bundle.state} />
      </div>
      <p class="soft small">{words.byWhom(by, dayTime(bundle.requested_at))}</p>
      {bundle.state === "requested" && (
        <div role="status" class="stack-s">
          <progress aria-label={words.progress} />
          <p class="small">{words.waiting(pending)}</p>
        </div>
      )}
      {bundle.state === "failed" && <p class="note note-red">{bundle.failure}</p>}
      {bundle.state === "built" && (
        <>
          <dl class="facts">
            <dt>{words.size}</dt>
            <dd>{bytes(bundle.length ?? 0)}</dd>
            <dt>{words.hash}</dt>
            <dd class="mono hash">{bundle.sha256}</dd>
          </dl>
          {fetching.error !== undefined && <ErrorBox error={fetching.error} />}
          <div>
            <Button onClick={fetching.run} isBusy={fetching.isBusy}>
              {words.download}
            </Button>
          </div>
        </>
      )}
    </li>
  );
}
