import { useEffect, useState } from "preact/hooks";

import { resume, session, signOut } from "../../api/session";
import { isWeakPin } from "../../core/vault";
import { isPinReset } from "../../store/live";
import { phone } from "../../store/phone";
import { choosePin } from "../../store/vault";
import { record } from "../../sync/outbox";
import { Button } from "../../ui/Button";
import { Entrance } from "../../ui/Entrance";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field } from "../../ui/Field";
import { useDoing } from "../../ui/load";
import { go } from "../../ui/route";
import { SignIn } from "../../ui/SignIn";
import { Skeleton } from "../../ui/Skeleton";
import { w } from "./words/words";

/** Whoever the phone was enrolled for signs in once and chooses the PIN that opens it from then on, without signal too. */
export function FirstPin() {
  const words = w();
  useEffect(() => {
    if (session.value === undefined) void resume().catch(() => (session.value = null));
  }, []);
  if (session.value === undefined) return <Skeleton lines={3} />;
  if (session.value === null) return <SignIn app="collector" />;
  if (session.value.user !== phone.value?.device.user_id) {
    return (
      <Entrance>
        <section class="card door-card stack">
          <h1>{words.wrongPerson.title}</h1>
          <p>{words.wrongPerson.text}</p>
          <Button size="large" onClick={() => signOut().catch(() => undefined)}>
            {words.wrongPerson.go}
          </Button>
        </section>
      </Entrance>
    );
  }
  return (
    <Entrance>
      <PinForm />
    </Entrance>
  );
}

/** Twice the same, and none that a look over the shoulder gives away. */
export function PinForm({ onDone }: { onDone?: () => void }) {
  const words = w().pin;
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  const [isAsked, setAsked] = useState(false);
  const choosing = useDoing(async () => {
    await choosePin(pin);
    await record({ type: "device.pin_set", payload: {} });
    if (onDone) onDone();
    else go("today");
  });
  const wrong = isWeakPin(pin) ? words.weak : undefined;
  const differs = pin !== again ? words.differs : undefined;

  function submit(event: Event): void {
    event.preventDefault();
    setAsked(true);
    if (!wrong && !differs) void choosing.run();
  }

  return (
    <form class="card door-card stack" onSubmit={submit} noValidate>
      <div>
        <h1>{isPinReset.value ? words.anew : words.title}</h1>
        <p class="soft">{words.lead}</p>
      </div>
      <Field
        label={words.label}
        hint={words.hint}
        type="password"
        inputMode="numeric"
        autocomplete="off"
        maxLength={12}
        value={pin}
        onValue={setPin}
        error={isAsked ? wrong : undefined}
        isRequired
      />
      <Field
        label={words.again}
        type="password"
        inputMode="numeric"
        autocomplete="off"
        maxLength={12}
        value={again}
        onValue={setAgain}
        error={isAsked ? differs : undefined}
        isRequired
      />
      {choosing.error !== undefined && <ErrorBox error={choosing.error} />}
      <Button kind="primary" size="large" type="submit" isBusy={choosing.isBusy}>
        {words.go}
      </Button>
    </form>
  );
}
