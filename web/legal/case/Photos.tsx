import { useEffect, useState } from "preact/hooks";

import { api, ask, fetchBlob, type Schemas } from "../../api/client";
import { every } from "../../api/pages";
import { sha256 } from "../../core/digest";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Empty } from "../../ui/Empty";
import { ErrorBox } from "../../ui/ErrorBox";
import { bytes, day, dayTime, timeToSecond } from "../../ui/i18n/format";
import { language } from "../../ui/i18n/language";
import { t } from "../../ui/i18n/words";
import { Loaded, useDoing, useLoading } from "../../ui/load";
import { StatusChip, VisitChip, type Tone } from "../../ui/StatusChip";
import { w } from "../words/words";

const PLACEMENT: Record<string, Tone> = { inside: "green", uncertain: "amber", outside: "red" };
const PROOF: Record<string, Tone> = { none: "grey", pending: "blue", whole: "green", broken: "red" };
const FILE: Record<string, Tone> = {
  expected: "blue",
  received: "blue",
  verified: "green",
  mismatched: "red",
  lost: "red",
};

async function loadVisits(caseId: string) {
  const [visits, outcomes] = await Promise.all([
    every((cursor) => api.GET("/v1/visits", { params: { query: { case_id: caseId, limit: 200, ...cursor } } })),
    ask(api.GET("/v1/outcomes")),
  ]);
  return { visits: visits.reverse(), outcomes: outcomes.items };
}

/** What was seen at the door: when, how far from it, whom, and every file with the state of its proof. */
export function Photos({ caseId }: { caseId: string }) {
  const words = w().photos;
  const loading = useLoading(caseId, () => loadVisits(caseId));
  return (
    <Loaded from={loading} lines={8}>
      {({ visits, outcomes }) =>
        visits.length === 0 ? (
          <section class="card">
            <Empty title={words.empty} />
          </section>
        ) : (
          <div class="stack">
            {visits.map((visit) => (
              <VisitCard
                key={visit.id}
                visit={visit}
                outcome={outcomes.find((each) => each.code === visit.outcome) ?? null}
              />
            ))}
          </div>
        )
      }
    </Loaded>
  );
}

function VisitCard({ visit, outcome }: { visit: Schemas["Visit"]; outcome: Schemas["OutcomeKind"] | null }) {
  const words = w().photos;
  const distance = visit.arrival_distance_m;
  const doubts = visit.arrival_doubts ?? [];
  return (
    <section class="card stack" aria-labelledby={`visit-${visit.id}`}>
      <div class="row spread">
        <h2 id={`visit-${visit.id}`}>{words.visit(dayTime(visit.departed_at))}</h2>
        <p class="row">
          <VisitChip state={visit.state} words={t().visit} />
          <StatusChip tone={PROOF[visit.proof.state] ?? "grey"} word={words.proofState[visit.proof.state] ?? ""} />
        </p>
      </div>
      <dl class="facts">
        <dt>{words.departed}</dt>
        <dd>{timeToSecond(visit.departed_at)}</dd>
        {visit.arrived_at && (
          <>
            <dt>{words.arrived}</dt>
            <dd>{timeToSecond(visit.arrived_at)}</dd>
          </>
        )}
        {visit.finished_at && (
          <>
            <dt>{words.left}</dt>
            <dd>{timeToSecond(visit.finished_at)}</dd>
          </>
        )}
        {visit.placement && (
          <>
            <dt>{words.placement}</dt>
            <dd>
              <StatusChip tone={PLACEMENT[visit.placement] ?? "grey"} word={t().placement[visit.placement] ?? ""} />{" "}
              {distance !== null && words.distance(Math.round(distance), rounded(visit.arrival_accuracy_m))}
            </dd>
          </>
        )}
        {visit.away_reason && (
          <>
            <dt>{words.awayReason}</dt>
            <dd>{visit.away_reason}</dd>
          </>
        )}
        {doubts.length > 0 && (
          <>
            <dt>{words.doubts}</dt>
            <dd>{doubts.map((doubt) => words.doubtWords[doubt] ?? doubt).join(" · ")}</dd>
          </>
        )}
        {visit.person_met && (
          <>
            <dt>{words.met}</dt>
            <dd>{t().met[visit.person_met]}</dd>
          </>
        )}
        {visit.identity_proof && (
          <>
            <dt>{words.identity}</dt>
            <dd>{t().proof[visit.identity_proof]}</dd>
          </>
        )}
        {outcome && (
          <>
            <dt>{words.outcome}</dt>
            <dd>
              {outcome[language.value]} <span class="mono soft small">{outcome.code}</span>
            </dd>
          </>
        )}
      </dl>
      {visit.files.length === 0 ? (
        <p class="soft">{words.noPhoto}</p>
      ) : (
        <>
          <ul class="files">
            {visit.files.map((file) => (
              <FileCard key={file.id} file={file} />
            ))}
          </ul>
          <p class="soft small">{words.opening}</p>
        </>
      )}
    </section>
  );
}

function rounded(metres: number | null): number | null {
  return metres === null ? null : Math.round(metres);
}

function FileCard({ file }: { file: Schemas["Attachment"] }) {
  const words = w().photos;
  const [original, setOriginal] = useState<{ url: string; isSame: boolean } | null>(null);
  const opening = useDoing(async () => {
    const blob = await fetchBlob(`/v1/attachments/${file.id}/original`);
    const isSame = (await sha256(await blob.arrayBuffer())) === file.sha256;
    setOriginal({ url: URL.createObjectURL(blob), isSame });
  });
  const kind = words.kinds[file.kind] ?? file.kind;
  const alt = words.alt(kind, dayTime(file.received_at ?? file.expected_at));

  function close(): void {
    if (original) URL.revokeObjectURL(original.url);
    setOriginal(null);
  }

  return (
    <li class="file">
      {file.thumbnail_sha256 ? (
        <Thumbnail id={file.id} alt={alt} />
      ) : (
        <div class="file-blank" aria-hidden="true">
          {kind}
        </div>
      )}
      <div class="row">
        <span class="strong">{kind}</span>
        <StatusChip tone={FILE[file.state] ?? "grey"} word={t().file[file.state] ?? file.state} />
      </div>
      <p class="soft small">
        {bytes(file.length)}
        {file.received_at && ` · ${words.received(`${day(file.received_at)} ${timeToSecond(file.received_at)}`)}`}
      </p>
      <p class="mono soft small hash">{file.sha256}</p>
      {opening.error !== undefined && <ErrorBox error={opening.error} />}
      {file.state === "verified" && (
        <Button onClick={opening.run} isBusy={opening.isBusy}>
          {words.open}
        </Button>
      )}
      {original && (
        <Dialog title={alt} onClose={close}>
          <div class="stack">
            <img class="original" src={original.url} alt={alt} />
            <p class={`note ${original.isSame ? "note-green" : "note-red"}`} role="status">
              {original.isSame ? words.matches : words.differs}
            </p>
          </div>
        </Dialog>
      )}
    </li>
  );
}

function Thumbnail({ id, alt }: { id: string; alt: string }) {
  const [url, setUrl] = useState<string | null>(null);
  const [isLoading, setLoading] = useState(true);
  useEffect(() => {
    let made: string | null = null;
    let isGone = false;
    void fetchBlob(`/v1/attachments/${id}/thumbnail`)
      .then((blob) => {
        if (isGone) return;
        made = URL.createObjectURL(blob);
        setUrl(made);
      })
      // The card says the file's state; a missing small copy is no more than a blank here.
      .catch(() => undefined)
      .finally(() => setLoading(false));
    return () => {
      isGone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [id]);
  return url ? <img class="file-image" src={url} alt={alt} /> : <div class="file-blank" aria-busy={isLoading} aria-hidden="true" />;
}
