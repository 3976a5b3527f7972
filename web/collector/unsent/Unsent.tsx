import { useState } from "preact/hooks";

import { photos, photosWaiting, said, stops, waiting, type Said } from "../../store/live";
import { isRefused } from "../../store/visit";
import { syncNow } from "../../sync/loop";
import { setAside } from "../../sync/outbox";
import { doneAt, standing } from "../../sync/status";
import { Button } from "../../ui/Button";
import { w as commandWords } from "../../ui/commands/words";
import { Empty } from "../../ui/Empty";
import { bytes, dayTime } from "../../ui/i18n/format";
import { language } from "../../ui/i18n/language";
import { useDoing } from "../../ui/load";
import { ReasonDialog } from "../../ui/ReasonDialog";
import { StatusChip } from "../../ui/StatusChip";
import { Export } from "./Export";
import { w } from "./words/words";

const SHOWN = 100;

/** Every record and picture that the office does not have yet, what it did not accept, and why. */
export function Unsent() {
  const words = w();
  const sending = useDoing(syncNow);
  const now = standing.value;
  const left = waiting.value.length + photosWaiting.value.length;
  const refused = said.value.filter((each) => isRefused(each) && each.set_aside === null);
  const aside = said.value.filter((each) => each.set_aside !== null);
  return (
    <div class="stack">
      <h1>{words.title}</h1>
      {now.is === "stuck" && (
        <div class="note note-amber stack-s" role="alert">
          <p class="strong">{words.stuck}</p>
          {language.value === "en" && <p>{now.why}</p>}
          <p>{words.stuckHelp}</p>
        </div>
      )}
      {left === 0 ? (
        <Empty title={words.none}>{doneAt.value ? words.doneAt(dayTime(new Date(doneAt.value).toISOString())) : null}</Empty>
      ) : (
        <>
          <p class="soft">{words.safe}</p>
          <Records title={words.records(waiting.value.length)} of={waiting.value} />
          <Pictures />
        </>
      )}
      {refused.length > 0 && <Records title={words.refused(refused.length)} of={refused} />}
      {aside.length > 0 && <Records title={words.aside(aside.length)} of={aside} />}
      <Button kind="primary" size="large" onClick={sending.run} isBusy={sending.isBusy}>
        {words.sendNow}
      </Button>
      {left > 0 && <Export />}
    </div>
  );
}

function Records({ title, of }: { title: string; of: readonly Said[] }) {
  if (of.length === 0) return null;
  return (
    <section class="card stack-s" aria-label={title}>
      <h2>{title}</h2>
      <ul class="lines">
        {of.slice(-SHOWN).map((command) => (
          <Record key={command.seq} command={command} />
        ))}
      </ul>
    </section>
  );
}

function Record({ command }: { command: Said }) {
  const words = w();
  const [isOpen, setOpen] = useState(false);
  const { type, seq, occurred_at, answer, set_aside } = command;
  const customer = stops.value?.find((stop) => stop.id === command.appointment_id)?.customer.name;
  const why = answer && isRefused(command) ? (words.reasons[answer.reason ?? ""] ?? words.reasons["invalid"]) : null;
  return (
    <li class="stack-s">
      <div class="row spread">
        <span class="strong">
          {commandWords().types[type] ?? type}
          {customer && <span class="soft"> · {customer}</span>}
        </span>
        {answer ? (
          <StatusChip tone={isRefused(command) ? "red" : "green"} word={words.outcomes[answer.outcome] ?? ""} />
        ) : (
          <StatusChip tone="blue" shape="↑" word={words.waits} />
        )}
      </div>
      <p class="soft small">
        #{seq} · {dayTime(occurred_at)} · {bytes(command.bytes)}
      </p>
      {why && <p class="small">{why}</p>}
      {answer?.problem?.detail && language.value === "en" && <p class="small">{answer.problem.detail}</p>}
      {set_aside !== null ? (
        <p class="small">
          {words.asideFor} {set_aside}
        </p>
      ) : (
        <Button kind="quiet" onClick={() => setOpen(true)}>
          {words.setAside}
        </Button>
      )}
      {isOpen && (
        <ReasonDialog
          title={words.setAside}
          label={words.asideReason}
          hint={words.asideHint}
          go={words.setAside}
          onReason={(reason) => setAside(seq, reason)}
          onClose={() => setOpen(false)}
        />
      )}
    </li>
  );
}

function Pictures() {
  const words = w();
  const own = photosWaiting.value.filter((each) => each.original === null);
  if (own.length === 0) return null;
  return (
    <section class="card stack-s" aria-label={words.pictures(own.length)}>
      <h2>{words.pictures(own.length)}</h2>
      <ul class="lines">
        {own.slice(-SHOWN).map((photo) => {
          const small = photos.value.find((each) => each.original === photo.sha256);
          const word = photo.state === "sent" ? words.checked : small?.state === "safe" ? words.smallSent : words.waits;
          return (
            <li key={photo.sha256} class="row spread">
              <span>
                {dayTime(new Date(photo.at_ms).toISOString())} <span class="soft">· {bytes(photo.length)}</span>
              </span>
              <StatusChip tone="blue" shape="↑" word={word} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
