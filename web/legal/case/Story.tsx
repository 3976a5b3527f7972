import { useEffect, useState } from "preact/hooks";

import { api, fetchBlob, type Schemas } from "../../api/client";
import { every } from "../../api/pages";
import type { Decision } from "../../api/problem";
import { checkInclusion, type Inclusion } from "../../core/merkle";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { ErrorBox } from "../../ui/ErrorBox";
import { Select } from "../../ui/Field";
import { day, officeZone, timeToSecond } from "../../ui/i18n/format";
import { language } from "../../ui/i18n/language";
import { Loaded, useDoing, useLoading } from "../../ui/load";
import { route } from "../../ui/route";
import { Rules } from "../../ui/Rules";
import { StatusChip } from "../../ui/StatusChip";
import { w } from "../words/words";

type Entry = Schemas["TimelineEntry"];
type Filter = "all" | "visits" | "refusals";

const FILTERS: Record<Filter, (entry: Entry) => boolean> = {
  all: () => true,
  visits: (entry) => /^(visit|attachment):/.test(entry.code),
  refusals: (entry) => entry.is_refusal || entry.is_breach,
};

/** Everything that happened in the case, in the order of the log, with the source of every time. */
export function Story({ caseId }: { caseId: string }) {
  const [filter, setFilter] = useState<Filter>("all");
  const loading = useLoading(caseId, () =>
    every((cursor) =>
      api.GET("/v1/cases/{case_id}/timeline", {
        params: { path: { case_id: caseId }, query: { limit: 200, ...cursor } },
      }),
    ),
  );
  const words = w().story;
  // The address may name the entry that somebody came to see: `#/cases/…/story/ENTRY`.
  const sought = route.value[3];
  const isLoaded = loading.value !== undefined;
  useEffect(() => {
    if (isLoaded && sought !== undefined) document.getElementById(`entry-${sought}`)?.focus();
  }, [isLoaded, sought]);
  return (
    <section class="card" aria-labelledby="story">
      <div class="row spread">
        <h2 id="story">
          {words.title} {loading.value && <span class="soft">{words.count(loading.value.length)}</span>}
        </h2>
        <Select
          label={words.filter}
          value={filter}
          onValue={(value) => setFilter(value as Filter)}
          options={Object.entries(words.filters)}
        />
      </div>
      <p class="soft small">{words.zone(officeZone.value)}</p>
      <Loaded from={loading} lines={10}>
        {(entries) => {
          const shown = entries.filter(FILTERS[filter]);
          if (shown.length === 0) return <Empty title={words.empty} />;
          return (
            <ol class="story">
              {shown.map((entry) => (
                <EntryLine key={entry.id} entry={entry} />
              ))}
            </ol>
          );
        }}
      </Loaded>
    </section>
  );
}

function EntryLine({ entry }: { entry: Entry }) {
  const words = w().story;
  const hasRules = entry.decision !== null && (entry.is_refusal || entry.is_breach);
  return (
    <li
      id={`entry-${entry.id}`}
      tabIndex={-1}
      class={`entry ${entry.is_breach ? "entry-breach" : entry.is_refusal ? "entry-refusal" : ""}`}
    >
      <p class="entry-time">
        <span class="soft small">{day(entry.occurred_at)}</span>
        <span class="strong">{timeToSecond(entry.occurred_at)}</span>
      </p>
      <div class="stack-s">
        <p class="entry-text">{entry.text[language.value]}</p>
        <p class="row small">
          <span class="soft">{whoInWords(entry.who)}</span>
          {entry.is_breach && <StatusChip tone="red" word={words.breach} />}
          {entry.is_refusal && <StatusChip tone="amber" word={words.refusal} />}
          {entry.is_erased && <StatusChip tone="grey" word={words.erased} />}
          {entry.objects.length > 0 && <span class="soft">{words.files(entry.objects.length)}</span>}
          <StatusChip
            tone={entry.index === null ? "blue" : "green"}
            word={entry.index === null ? words.waits : words.place(entry.index)}
          />
        </p>
        <details>
          <summary>
            {words.details}
            <span class="sr-only"> {entry.text[language.value]}</span>
          </summary>
          <div class="stack-s entry-details">
            <dl class="facts">
              <dt>{words.occurred}</dt>
              <dd>{toSecond(entry.occurred_at)}</dd>
              <dt>{words.bracket}</dt>
              <dd>
                {entry.bracket.not_before
                  ? words.between(toSecond(entry.bracket.not_before), toSecond(entry.bracket.not_after))
                  : words.upTo(toSecond(entry.bracket.not_after))}
              </dd>
              <dt>{words.received}</dt>
              <dd>{toSecond(entry.received_at)}</dd>
              <dt>{words.receipt}</dt>
              <dd class="mono">{entry.receipt}</dd>
            </dl>
            {hasRules && <Rules decision={entry.decision as unknown as Decision} />}
            <Proof entry={entry} />
          </div>
        </details>
      </div>
    </li>
  );
}

function toSecond(instant: string): string {
  return `${day(instant)} ${timeToSecond(instant)}`;
}

export function whoInWords(who: Schemas["Who"]): string {
  const words = w().story;
  if (who.kind === "system") return [words.system, who.sweep].filter(Boolean).join(" · ");
  if (who.kind === "customer") return words.customer;
  return [who.badge, who.name].filter(Boolean).join(" ") || (who.id ?? "").slice(0, 8);
}

/** The proof is fetched and followed here, on the reader's own computer. */
function Proof({ entry }: { entry: Entry }) {
  const words = w().story;
  const [found, setFound] = useState<Inclusion | null>(null);
  const checking = useDoing(async () => {
    const proof = await fetchBlob(`/v1/log/entries/${entry.id}/proof`);
    setFound(await checkInclusion(await proof.text(), entry.receipt));
  });
  return (
    <>
      {checking.error !== undefined && <ErrorBox error={checking.error} />}
      <div role="status">
        {found && (
          <p class={`note ${found.isIncluded ? "note-green" : "note-red"}`}>
            {found.isIncluded ? words.included(found.size) : words.notIncluded}
          </p>
        )}
      </div>
      {!found && (
        <div>
          <Button onClick={checking.run} isBusy={checking.isBusy}>
            {words.check}
          </Button>
        </div>
      )}
    </>
  );
}
