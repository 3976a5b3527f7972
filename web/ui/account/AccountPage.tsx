import { useState } from "preact/hooks";

import { api, ask, keyed } from "../../api/client";
import { Button } from "../Button";
import { Failure } from "../Entrance";
import { Field } from "../Field";
import { useDoing } from "../load";
import { me } from "../me";
import { isGood, NO_PAIR, PasswordPair } from "../steps/PasswordPair";
import { toast } from "../Toast";
import { SecondFactor } from "./SecondFactor";
import { Sessions } from "./Sessions";
import { w } from "./words/words";

/** What everybody does about their own account: password, second factor, and where they are signed in. */
export function AccountPage() {
  const user = me.value?.user ?? "";
  return (
    <div class="stack">
      <div class="page-head">
        <h1>{w().title}</h1>
      </div>
      <Password user={user} />
      <SecondFactor user={user} />
      <Sessions user={user} />
    </div>
  );
}

function Password({ user }: { user: string }) {
  const [present, setPresent] = useState("");
  const [pair, setPair] = useState(NO_PAIR);
  const [isAsked, setAsked] = useState(false);
  const words = w().password;
  const changing = useDoing(async () => {
    const body = { current_password: present, password: pair.password };
    await ask(api.POST("/v1/users/{user_id}/password", { params: { path: { user_id: user }, header: keyed }, body }));
    setPresent("");
    setPair(NO_PAIR);
    setAsked(false);
    toast(words.done);
  });

  function submit(event: Event): void {
    event.preventDefault();
    setAsked(true);
    if (present && isGood(pair)) void changing.run();
  }

  return (
    <form class="card stack" onSubmit={submit} noValidate>
      <h2>{words.title}</h2>
      <p class="soft">{words.lead}</p>
      <Field
        label={words.present}
        type="password"
        value={present}
        onValue={setPresent}
        error={isAsked && !present ? words.needed : undefined}
        autocomplete="current-password"
        isRequired
      />
      <PasswordPair pair={pair} onPair={setPair} isAsked={isAsked} />
      {changing.error !== undefined && <Failure error={changing.error} />}
      <div class="actions">
        <Button kind="primary" type="submit" isBusy={changing.isBusy}>
          {words.go}
        </Button>
      </div>
    </form>
  );
}
