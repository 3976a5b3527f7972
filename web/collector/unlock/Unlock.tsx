import { useEffect, useState } from "preact/hooks";

import { changesSince } from "../../api/sync";
import { resume, session } from "../../api/session";
import { knownPhones } from "../../store/known";
import { photosWaiting, reload, slice, waiting } from "../../store/live";
import { phone } from "../../store/phone";
import { take } from "../../store/shelf";
import { openByPasskey, openByPin, type Opening } from "../../store/vault";
import { timed } from "../../sync/contact";
import { Button } from "../../ui/Button";
import { Entrance } from "../../ui/Entrance";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field } from "../../ui/Field";
import { useDoing, useLoading } from "../../ui/load";
import { SignIn } from "../../ui/SignIn";
import { w } from "./words/words";

/** The locked phone: it tells how much is unsent, and nothing of whom. */
export function Unlock() {
  const words = w();
  const [pin, setPin] = useState("");
  const [said, setSaid] = useState<Opening | null>(null);
  const [isHelp, setHelp] = useState(false);
  const hasPasskey = useLoading("passkey", async () => ((await phone.value?.store.get("vault"))?.passkey ? "yes" : "no"));
  const opening = useDoing(async () => {
    setSaid(await openByPin(pin));
    setPin("");
  });
  const byPasskey = useDoing(async () => setSaid(await openByPasskey()));
  const unsent = waiting.value.length + photosWaiting.value.length;
  const own = knownPhones().find((each) => each.device === phone.value?.device.id);

  function submit(event: Event): void {
    event.preventDefault();
    if (pin) void opening.run();
  }

  if (isHelp || said === "ask-office" || said === "lease-over") {
    return <Help why={said} onBack={() => (setHelp(false), setSaid(null))} />;
  }
  return (
    <Entrance>
      <form class="card door-card stack" onSubmit={submit} noValidate>
        <div>
          <h1>{words.title}</h1>
          {own?.label && <p class="soft">{own.label}</p>}
        </div>
        <Field
          label={words.pin}
          type="password"
          inputMode="numeric"
          autocomplete="off"
          maxLength={12}
          value={pin}
          onValue={setPin}
          error={said === "wrong" ? words.wrong : said === "wait" ? words.wait : undefined}
          hasFocus
          isRequired
        />
        {opening.error !== undefined && <ErrorBox error={opening.error} />}
        <Button kind="primary" size="large" type="submit" isBusy={opening.isBusy}>
          {words.open}
        </Button>
        {hasPasskey.value === "yes" && (
          <Button size="large" onClick={byPasskey.run} isBusy={byPasskey.isBusy}>
            {words.passkey}
          </Button>
        )}
        <p class="soft" role="status">
          {unsent > 0 ? words.unsent(unsent) : words.nothingUnsent}
        </p>
      </form>
      <Others />
      <Button kind="quiet" onClick={() => setHelp(true)}>
        {words.forgotten}
      </Button>
    </Entrance>
  );
}

/** Colleagues who share this phone. */
function Others() {
  const words = w();
  const others = knownPhones().filter((each) => !each.isOver && each.device !== phone.value?.device.id);
  if (others.length === 0) return null;
  return (
    <section class="stack-s" aria-labelledby="others">
      <h2 id="others">{words.others}</h2>
      {others.map((each) => (
        <Button key={each.device} size="large" onClick={() => take(each)}>
          {each.label ?? words.unnamed}
        </Button>
      ))}
    </section>
  );
}

/** What only the office can help with: another PIN, or a lease that ran out. Both need signal and the password. */
function Help({ why, onBack }: { why: Opening | null; onBack: () => void }) {
  const words = w();
  const [answer, setAnswer] = useState<string | null>(null);
  const asking = useDoing(async () => {
    const { told, contact } = await timed(() => changesSince(slice.value?.cursor ?? null));
    await phone.value?.store.write({ meta: { contact, pin_reset: told.pin_reset } });
    await reload();
    if (why === "lease-over") onBack();
    else setAnswer(told.pin_reset ? null : words.notReset);
  });
  const [isSigning, setSigning] = useState(false);
  useEffect(() => {
    if (session.value === undefined) void resume().catch(() => undefined);
  }, []);
  const isIn = session.value?.user === phone.value?.device.user_id;
  useEffect(() => {
    if (isIn && isSigning) void asking.run();
  }, [isIn]);

  if (isSigning && !isIn) return <SignIn app="collector" />;
  return (
    <Entrance>
      <section class="card door-card stack">
        <h1>{why === "lease-over" ? words.leaseOver : words.help}</h1>
        <p>{why === "lease-over" ? words.leaseText : words.helpText}</p>
        {answer && (
          <p class="note note-amber" role="status">
            {answer}
          </p>
        )}
        {asking.error !== undefined && <ErrorBox error={asking.error} />}
        <Button
          kind="primary"
          size="large"
          isBusy={asking.isBusy}
          onClick={() => (isIn ? asking.run() : setSigning(true))}
        >
          {isIn ? words.ask : words.signIn}
        </Button>
        <Button size="large" onClick={onBack}>
          {words.back}
        </Button>
      </section>
    </Entrance>
  );
}
