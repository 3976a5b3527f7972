import { useState } from "preact/hooks";

import { Problem } from "../api/problem";
import { hasEnded, namesOfLastTime, signIn } from "../api/session";
import { Button } from "./Button";
import { ErrorBox } from "./ErrorBox";
import { Field } from "./Field";
import { t } from "./i18n/words";
import { LanguageSwitch } from "./LanguageSwitch";
import { useDoing } from "./load";
import type { App } from "./Shell";

/** The way in: organisation, name and password; who was here last time finds the first two filled. */
export function SignIn({ app }: { app: App }) {
  const [names] = useState(namesOfLastTime);
  const [organisation, setOrganisation] = useState(names.organisation);
  const [username, setUsername] = useState(names.username);
  const [password, setPassword] = useState("");
  const [isAsked, setAsked] = useState(false);
  const signing = useDoing(() => signIn(organisation.trim(), username.trim(), password));
  const words = t().signIn;
  const missing = (value: string) => (isAsked && !value.trim() ? t().required : undefined);

  function submit(event: Event): void {
    event.preventDefault();
    setAsked(true);
    if (organisation.trim() && username.trim() && password) void signing.run();
  }

  return (
    <main class="door" id="content">
      <div class="door-top">
        <p class="brand">
          <span class="brand-mark" aria-hidden="true" />
          {t().product}
        </p>
        <LanguageSwitch />
      </div>
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
        {signing.error !== undefined && <Failure error={signing.error} />}
        <Button kind="primary" size="large" type="submit" isBusy={signing.isBusy}>
          {words.go}
        </Button>
      </form>
    </main>
  );
}

function Failure({ error }: { error: unknown }) {
  const words = t().signIn;
  if (error instanceof Problem && error.code === "sign-in-failed") {
    return (
      <p class="note note-red" role="alert">
        {words.failed}
      </p>
    );
  }
  if (error instanceof Problem && error.retryAfterS !== null && error.status === 429) {
    return (
      <p class="note note-red" role="alert">
        {words.wait(error.retryAfterS)}
      </p>
    );
  }
  return <ErrorBox error={error} />;
}
