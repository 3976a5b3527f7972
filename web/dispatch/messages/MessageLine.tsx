import { api, ask, keyed, on, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { c } from "../../ui/cases/words";
import { ErrorBox } from "../../ui/ErrorBox";
import { dayTime } from "../../ui/i18n/format";
import { useDoing } from "../../ui/load";
import { may } from "../../ui/me";
import { to } from "../../ui/route";
import { StatusChip, type Tone } from "../../ui/StatusChip";
import { toast } from "../../ui/Toast";
import { w } from "./words/words";

export type State = Schemas["Message"]["state"];

const TONES: Record<State, Tone> = { queued: "amber", sent: "blue", delivered: "green", failed: "red" };

export const STATES = Object.keys(TONES) as State[];

/** One message: what became of it, to whom it goes and how, and its words. */
export function MessageLine({ message, onChange }: { message: Schemas["Message"]; onChange: () => Promise<void> }) {
  const words = w().outbox;
  const retrying = useDoing(async () => {
    const params = { path: { message_id: message.id }, header: { ...keyed, ...on(message) } };
    await ask(api.POST("/v1/messages/{message_id}/retry", { params }));
    toast(words.againDone);
    await onChange();
  });
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
          {message.failure_code && <>{words.failures[message.failure_code]} </>}
          <span class="small" lang="en">
            {message.failure}
          </span>
        </p>
      )}
      {retrying.error !== undefined && <ErrorBox error={retrying.error} retry={onChange} />}
      {message.state === "failed" && may("message:retry") && (
        <div>
          <Button onClick={retrying.run} isBusy={retrying.isBusy}>
            {words.again}
          </Button>
        </div>
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
