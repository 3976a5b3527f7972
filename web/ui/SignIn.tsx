import { useState } from "preact/hooks";

import { hasEnded } from "../api/session";
import { isSolving, namesOfLastTime, signIn, type Step } from "../api/signing-in";
import type { App } from "./apps";
import { Button } from "./Button";
import { Entrance, Failure } from "./Entrance";
import { Field } from "./Field";
import { t } from "./i18n/words";
import { Loaded, useDoing, useLoading } from "./load";

/** The way in: organisation, name and password; who was here last time finds the first two filled. */
export function SignIn({ app }: { app: App }) {
  const [step, setStep] = useState<Step | null>(null);
  return (
    <Entrance>
      {step === null ? (
        <Names app={app} onNext={setStep} />
      ) : (
        <Steps step={step} onNext={setStep} onBack={() => setStep(null)} />
      )}
    </Entrance>
  );
}

/** Loaded when a step is asked for: most sign-ins need none. */
function Steps(props: { step: Step; onNext: (next: Step | null) => void; onBack: () => void }) {
  const loaded = useLoading("steps", async () => (await import("./steps/SignInSteps")).SignInStep);
  return <Loaded from={loaded}>{(SignInStep) => <SignInStep {...props} />}</Loaded>;
}

function Names({ app, onNext }: { app: App; onNext: (next: Step | null) => void }) {
  const [names] = useState(namesOfLastTime);
  const [organisation, setOrganisation] = useState(names.organisation);
  const [username, setUsername] = useState(names.username);
  const [password, setPassword] = useState("");
  const [isAsked, setAsked] = useState(false);
  const signing = useDoing(async () => onNext(await signIn(organisation.trim(), username.trim(), password)));
  const words = t().signIn;
  const missing = (value: string) => (isAsked && !value.trim() ? t().required : undefined);

  function submit(event: Event): void {
    event.preventDefault();
    setAsked(true);
    if (organisation.trim() && username.trim() && password) void signing.run();
  }

  return (
    <form class="card door-card stack" onSubmit={submit} noValidate>
      <div>
        <h1>{words.title}</h1>
        <p class="soft">{words.lead[app]}</p>
      </div>
      {hasEnded.value && <p class="note note-amber">{words.ended}</p>}
      <Field
        label={words.organisation}
        hint={words.organisationHint}
        value={organisation}
        onValue={setOrganisation}
        error={missing(organisation)}
        autocomplete="organization"
        autoCapitalize="none"
        spellcheck={false}
        maxLength={63}
        isRequired
      />
      <Field
        label={words.username}
        value={username}
        onValue={setUsername}
        error={missing(username)}
        autocomplete="username"
        autoCapitalize="none"
        spellcheck={false}
        maxLength={64}
        isRequired
      />
      <Field
        label={words.password}
        type="password"
        value={password}
        onValue={setPassword}
        error={isAsked && !password ? t().required : undefined}
        autocomplete="current-password"
        isRequired
      />
      <div role="status">{isSolving.value && <p class="note note-blue">{words.solving}</p>}</div>
      {signing.error !== undefined && <Failure error={signing.error} />}
      <Button kind="primary" size="large" type="submit" isBusy={signing.isBusy}>
        {words.go}
      </Button>
    </form>
  );
}
