import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field } from "../../ui/Field";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { me } from "../../ui/me";
import { to } from "../../ui/route";
import { ShownOnce } from "../../ui/ShownOnce";
import { w } from "../words/words";
import { firstPassword } from "./firstPassword";
import { NOBODY, rolesOf } from "./person";
import { isComplete, PersonFields } from "./PersonFields";

/** A new person, and the password that they choose their own with. */
export function NewUser() {
  const [password] = useState(firstPassword);
  const [username, setUsername] = useState("");
  const [person, setPerson] = useState(NOBODY);
  const [isAsked, setAsked] = useState(false);
  const [created, setCreated] = useState<Schemas["User"] | null>(null);
  const words = w().users;

  const creating = useDoing(async () => {
    const body = {
      username: username.trim(),
      name: person.name.trim(),
      badge: person.badge.trim() || null,
      language: person.language || null,
      roles: rolesOf(person),
      password,
    };
    setCreated(await ask(api.POST("/v1/users", { params: { header: keyed }, body })));
  });

  function submit(event: Event): void {
    event.preventDefault();
    setAsked(true);
    if (username.trim() && isComplete(person)) void creating.run();
  }

  if (created) return <Welcome user={created} password={password} />;
  const fault = usernameFault(creating.error);
  return (
    <>
      <p>
        <a href={to("users")}>← {words.title}</a>
      </p>
      <div class="page-head">
        <h1>{words.create}</h1>
      </div>
      <form class="card stack narrow" onSubmit={submit} noValidate>
        <Field
          label={words.username}
          hint={words.usernameHint}
          value={username}
          onValue={setUsername}
          error={isAsked && !username.trim() ? t().required : fault}
          autoCapitalize="none"
          autocomplete="off"
          spellcheck={false}
          maxLength={64}
          dir="auto"
          isRequired
        />
        <PersonFields person={person} onPerson={setPerson} isAsked={isAsked} />
        {creating.error !== undefined && !fault && <ErrorBox error={creating.error} />}
        <div class="actions">
          <Button kind="primary" type="submit" isBusy={creating.isBusy}>
            {words.createGo}
          </Button>
          <a class="button" href={to("users")}>
            {t().cancel}
          </a>
        </div>
      </form>
    </>
  );
}

/** What is wrong with the user name, if that is what the API turned down. */
function usernameFault(error: unknown): string | undefined {
  if (!(error instanceof Problem)) return undefined;
  if (error.status === 409) return w().users.usernameTaken;
  return error.faults.some((fault) => fault.pointer === "/username") ? w().users.usernameRule : undefined;
}

function Welcome({ user, password }: { user: Schemas["User"]; password: string }) {
  const words = w().users;
  return (
    <section class="card stack narrow" aria-labelledby="welcome">
      <h1 id="welcome">
        {words.created} <bdi>{user.name}</bdi>
      </h1>
      <dl class="facts">
        <dt>{t().signIn.organisation}</dt>
        <dd>{me.value?.organisation.slug}</dd>
        <dt>{words.username}</dt>
        <dd>
          <bdi>{user.username}</bdi>
        </dd>
      </dl>
      <ShownOnce label={words.firstPassword} secret={password} hint={words.firstPasswordHint} />
      <div class="actions">
        <a class="button" href={to("users", user.id)}>
          {words.toPerson}
        </a>
        <a class="button" href={to("users")}>
          {words.toList}
        </a>
      </div>
    </section>
  );
}
