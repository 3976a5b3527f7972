import { w as commandWords } from "../../ui/commands/words";
import { Empty } from "../../ui/Empty";
import { dayTime } from "../../ui/i18n/format";
import { Loaded, useLoading } from "../../ui/load";
import { to } from "../../ui/route";
import { StatusChip } from "../../ui/StatusChip";
import { AlertWays } from "../today/AlertWays";
import { loadTurnedAway, type TurnedAway as Record } from "./load";
import { w } from "./words/words";

const SHOWN_DONE = 50;

/** What phones handed in and nobody could take as told: what it was, why, what to do, and whether somebody did. */
export function TurnedAway() {
  const words = w();
  const loading = useLoading("turned-away", loadTurnedAway);
  return (
    <>
      <p class="back">
        <a href={to("today")}>‹ {words.back}</a>
      </p>
      <div class="page-head">
        <h1>{words.title}</h1>
      </div>
      <div class="stack">
        <p class="soft">{words.lead}</p>
        <Loaded from={loading} lines={6}>
          {({ waiting, done }) => <Found waiting={waiting} done={done} onChange={loading.reload} />}
        </Loaded>
      </div>
    </>
  );
}

function Found(props: { waiting: readonly Record[]; done: readonly Record[]; onChange: () => Promise<void> }) {
  const words = w();
  const { waiting, done, onChange } = props;
  return (
    <>
      <section class="card" aria-labelledby="waiting">
        <h2 id="waiting">{words.waiting(waiting.length)}</h2>
        {waiting.length === 0 ? (
          <Empty title={words.none}>{words.noneHint}</Empty>
        ) : (
          <Lines of={waiting} onChange={onChange} />
        )}
      </section>
      {done.length > 0 && (
        <details class="card">
          <summary>{words.done(done.length)}</summary>
          <Lines of={done.slice(0, SHOWN_DONE)} onChange={onChange} />
        </details>
      )}
    </>
  );
}

function Lines({ of, onChange }: { of: readonly Record[]; onChange: () => Promise<void> }) {
  return (
    <ul class="list">
      {of.map((record) => (
        <Line key={record.alert.id} record={record} onChange={onChange} />
      ))}
    </ul>
  );
}

const TONES = { open: "red", acknowledged: "amber", closed: "green" } as const;

function Line({ record, onChange }: { record: Record; onChange: () => Promise<void> }) {
  const words = w();
  const { alert, person, phone, type, reason, seq, claimed_at } = record;
  const state = alert.state as keyof typeof TONES;
  return (
    <li class="line stack-s">
      <div class="row spread">
        <p class="strong">
          {(type && commandWords().types[type]) ?? words.unreadable}
          {" · "}
          <bdi>{person ?? words.unknownPerson}</bdi>
        </p>
        <StatusChip tone={TONES[state]} word={words.states[state]} />
      </div>
      <p class="soft small">
        {words.number(seq)}
        {phone && (
          <>
            {" · "}
            <bdi>{phone}</bdi>
          </>
        )}
        {claimed_at && ` · ${words.claimed(dayTime(claimed_at))}`} · {words.received(dayTime(alert.opened_at))}
      </p>
      <p>{words.why[reason] ?? words.whyOther}</p>
      {state !== "closed" && <p class="soft">{words.todo[reason] ?? words.todoOther}</p>}
      <AlertWays alert={alert} onChange={onChange} />
    </li>
  );
}
