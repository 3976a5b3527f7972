import { useState } from "preact/hooks";
import { renderSVG } from "uqr";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../Button";
import { Failure } from "../Entrance";
import { Field } from "../Field";
import { Loaded, useDoing, useLoading } from "../load";
import { toast } from "../Toast";
import { w } from "./words/words";

/** Setting up a code generator, confirming it, and taking it away again. */
export function SecondFactor({ user }: { user: string }) {
  const path = { user_id: user };
  const standing = useLoading(user, () => ask(api.GET("/v1/users/{user_id}/second-factor", { params: { path } })));
  const [enrolment, setEnrolment] = useState<Schemas["Enrolment"] | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const words = w().factor;

  async function finish(shown: string[]): Promise<void> {
    setEnrolment(null);
    setCodes(shown);
    await standing.reload();
  }

  return (
    <section class="card stack">
      <h2>{words.title}</h2>
      <p class="soft">{words.lead}</p>
      {codes !== null ? (
        <RecoveryCodes codes={codes} onKept={() => setCodes(null)} />
      ) : enrolment !== null ? (
        <Confirm user={user} enrolment={enrolment} onDone={finish} onCancel={() => setEnrolment(null)} />
      ) : (
        <Loaded from={standing} lines={2}>
          {(now) =>
            now.is_enrolled ? (
              <Enrolled user={user} left={now.recovery_codes_left} onGone={standing.reload} />
            ) : (
              <Begin user={user} onBegun={setEnrolment} />
            )
          }
        </Loaded>
      )}
    </section>
  );
}

function Begin({ user, onBegun }: { user: string; onBegun: (enrolment: Schemas["Enrolment"]) => void }) {
  const words = w().factor;
  return (
    <Ask
      label={w().password.present}
      type="password"
      autocomplete="current-password"
      go={words.begin}
      work={async (present) => {
        const params = { path: { user_id: user }, header: keyed };
        const body = { current_password: present };
        onBegun(await ask(api.POST("/v1/users/{user_id}/second-factor", { params, body })));
      }}
    />
  );
}

function Confirm(props: {
  user: string;
  enrolment: Schemas["Enrolment"];
  onDone: (codes: string[]) => unknown;
  onCancel: () => void;
}) {
  const { user, enrolment } = props;
  const words = w().factor;
  const picture = `data:image/svg+xml,${encodeURIComponent(renderSVG(enrolment.uri, { border: 2 }))}`;
  return (
    <>
      <ol class="steps">
        <li>{words.scan}</li>
        <li>{words.then}</li>
      </ol>
      <img class="qr" src={picture} alt={words.qr} width={208} height={208} />
      <p>
        {words.byHand} <code class="mono">{enrolment.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
      </p>
      <Ask
        label={words.code}
        autocomplete="one-time-code"
        go={words.confirm}
        work={async (code) => {
          const params = { path: { user_id: user }, header: keyed };
          const told = api.POST("/v1/users/{user_id}/second-factor/confirm", { params, body: { code } });
          props.onDone((await ask(told)).recovery_codes);
        }}
      />
      <Button kind="quiet" onClick={props.onCancel}>
        {words.notNow}
      </Button>
    </>
  );
}

function RecoveryCodes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  const words = w().factor;
  const text = codes.join("\n");
  return (
    <>
      <p class="note note-amber" role="alert">
        {words.keep}
      </p>
      <ul class="codes mono">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div class="actions">
        <Button onClick={() => navigator.clipboard.writeText(text).then(() => toast(words.copied))}>{words.copy}</Button>
        <a
          class="button button-plain"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`}
          download="doorstep-recovery-codes.txt"
        >
          {words.download}
        </a>
        <Button kind="primary" onClick={onKept}>
          {words.kept}
        </Button>
      </div>
    </>
  );
}

function Enrolled({ user, left, onGone }: { user: string; left: number; onGone: () => unknown }) {
  const [isRemoving, setRemoving] = useState(false);
  const words = w().factor;
  return (
    <>
      <p class={left > 2 ? "note note-green" : "note note-amber"}>{words.on(left)}</p>
      {isRemoving ? (
        <Ask
          label={words.code}
          autocomplete="one-time-code"
          go={words.remove}
          work={async (code) => {
            const params = { path: { user_id: user }, header: keyed };
            await ask(api.POST("/v1/users/{user_id}/second-factor/remove", { params, body: { code } }));
            await onGone();
          }}
        />
      ) : (
        <div class="actions">
          <Button onClick={() => setRemoving(true)}>{words.remove}</Button>
        </div>
      )}
    </>
  );
}

/** One value that proves who asks, and a button. */
function Ask(props: {
  label: string;
  go: string;
  work: (value: string) => Promise<void>;
  autocomplete: string;
  type?: "text" | "password";
}) {
  const [value, setValue] = useState("");
  const [isAsked, setAsked] = useState(false);
  const doing = useDoing(() => props.work(value.trim()));

  function submit(event: Event): void {
    event.preventDefault();
    setAsked(true);
    if (value.trim()) void doing.run();
  }

  return (
    <form class="stack" onSubmit={submit} noValidate>
      <Field
        label={props.label}
        type={props.type ?? "text"}
        value={value}
        onValue={setValue}
        error={isAsked && !value.trim() ? w().password.needed : undefined}
        autocomplete={props.autocomplete}
        autoCapitalize="none"
        spellcheck={false}
        isRequired
      />
      {doing.error !== undefined && <Failure error={doing.error} />}
      <div class="actions">
        <Button kind="primary" type="submit" isBusy={doing.isBusy}>
          {props.go}
        </Button>
      </div>
    </form>
  );
}
