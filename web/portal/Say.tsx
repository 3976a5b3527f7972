import { useEffect, useRef, useState } from "preact/hooks";

import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { dayTime } from "../ui/i18n/format";
import { useDoing } from "../ui/doing";
import { Failed } from "./Failed";
import { get, hand, post, type Page, type Said, type Statement } from "./link";
import { w } from "./words/words";

const STATEMENTS = ["not_me", "dispute", "help", "do_not_come", "complaint"] as const satisfies readonly Statement[];

/** What the customer wants to say; each of it binds at once, and gives a proof to keep. */
export function Say({ zone, onPage }: { zone: string; onPage: (page: Page) => void }) {
  const [chosen, setChosen] = useState<Statement | null>(null);
  const [said, setSaid] = useState<Said[]>([]);
  const words = w();
  return (
    <section class="card stack" aria-labelledby="say">
      <h2 id="say">{words.sayTitle}</h2>
      {said.map((one) => (
        <Proof key={one.entry_id} said={one} zone={zone} />
      ))}
      {chosen === null ? (
        <>
          <p>{words.sayLead}</p>
          <div class="ways-out">
            {STATEMENTS.map((one) => (
              <Button key={one} size="large" onClick={() => setChosen(one)}>
                {words.statements[one].word}
              </Button>
            ))}
          </div>
        </>
      ) : (
        <Saying
          statement={chosen}
          onBack={() => setChosen(null)}
          onSaid={(told) => {
            setSaid([told, ...said]);
            setChosen(null);
            void get<Page>("/page").then(onPage, () => undefined);
          }}
        />
      )}
    </section>
  );
}

function Saying(props: { statement: Statement; onBack: () => void; onSaid: (said: Said) => void }) {
  const [text, setText] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const isNeeded = props.statement === "complaint";
  const saying = useDoing(async () => {
    const told = { statement: props.statement, text: text.trim() || null };
    props.onSaid(await post<Said>("/page/statements", told));
  });
  useEffect(() => form.current?.querySelector<HTMLElement>("h3")?.focus(), []);
  const words = w();
  const asked = words.statements[props.statement];
  return (
    <form
      ref={form}
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isNeeded || text.trim()) void saying.run();
      }}
    >
      <h3 tabIndex={-1}>{asked.word}</h3>
      <p>{asked.lead}</p>
      <Field
        label={isNeeded ? words.textNeeded : words.text}
        value={text}
        onValue={setText}
        maxLength={4000}
        isLong
        isRequired={isNeeded}
      />
      <Failed error={saying.error} />
      <div class="actions ways-out">
        <Button kind="primary" size="large" type="submit" isBusy={saying.isBusy}>
          {words.say}
        </Button>
        <Button kind="quiet" onClick={props.onBack}>
          {words.back}
        </Button>
      </div>
    </form>
  );
}

function Proof({ said, zone }: { said: Said; zone: string }) {
  const words = w();
  const at = dayTime(said.at, zone);

  function keep(): void {
    const told = [words.statements[said.statement].word, words.proofAt(said.at), said.entry_id, said.entry_hash];
    hand(new Blob([`${told.join("\n")}\n`], { type: "text/plain" }), `proof-${said.entry_id}.txt`);
  }

  return (
    <div class="note note-green stack" role="status">
      <p>
        <strong>{words.statements[said.statement].done}</strong>
      </p>
      <p class="small">
        {words.proofTitle} · {words.proofAt(at)}
      </p>
      <p class="mono small proof-hash">{said.entry_hash}</p>
      <p class="small">{words.proofText}</p>
      <Button onClick={keep}>{words.keep}</Button>
    </div>
  );
}
