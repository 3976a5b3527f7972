import type { Schemas } from "../../api/client";
import { c } from "../../ui/cases/words";
import { dayTime } from "../../ui/i18n/format";
import { to } from "../../ui/route";
import { StatusChip, type Tone } from "../../ui/StatusChip";
import { w } from "./words/words";

export type State = Schemas["Message"]["state"];

const TONES: Record<State, Tone> = { queued: "amber", sent: "blue", delivered: "green", failed: "red" };

export const STATES = Object.keys(TONES) as State[];

/** One message: what became of it, to whom it goes and how, and its words. */
export function MessageLine({ message }: { message: Schemas["Message"] }) {
  const words = w().outbox;
  const name = w().names[message.template] ?? message.template;
  const queued = dayTime(message.queued_at);
  return (
    <li class="line message">
      <div class="row spread">
        <h3>{name}</h3>
        <StatusChip tone={TONES[message.state]} word={words.states[message.state]} />
      </div>
      <p class="soft small">
        {words.channels[message.channel] ?? message.channel} · <bdi>{message.recipient ?? words.recipientErased}</bdi> ·{" "}
        {c().customer.languages[message.language] ?? message.language} · {queued}
        {message.sent_at !== null && dayTime(message.sent_at) !== queued && <> · {words.sentAt(dayTime(message.sent_at))}</>}
      </p>
      {message.failure !== null && (
        <p class="note note-red">
          {words.failure}
          <span lang="en">{message.failure}</span>
        </p>
      )}
      {message.text === null ? (
        <p class="soft">{words.textErased}</p>
      ) : (
        <p class="said" lang={message.language}>
          {message.text}
        </p>
      )}
      {message.case_id !== null && (
        <p>
          <a href={to("cases", message.case_id)} aria-label={words.toCaseOf(name, queued)}>
            {words.toCase}
          </a>
        </p>
      )}
    </li>
  );
}
