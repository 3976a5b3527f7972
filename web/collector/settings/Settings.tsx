import { useState } from "preact/hooks";

import { signOut } from "../../api/session";
import { photosWaiting, waiting } from "../../store/live";
import { phone } from "../../store/phone";
import { lock, makePasskey } from "../../store/vault";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { Dialog } from "../../ui/Dialog";
import { LanguageSwitch } from "../../ui/LanguageSwitch";
import { useDoing } from "../../ui/load";
import { me } from "../../ui/me";
import { to } from "../../ui/route";
import { toast } from "../../ui/Toast";
import { InstallGuide } from "../enrol/InstallGuide";
import { PinForm } from "../enrol/FirstPin";
import { Health } from "./Health";
import { Shift } from "./Shift";
import { w } from "./words/words";

/** This phone and who uses it: their shift, its health, its locks, and the way out. */
export function Settings() {
  const words = w();
  return (
    <div class="stack">
      <h1>{words.title}</h1>
      <section class="card stack-s">
        <p class="label">{words.person}</p>
        <p>
          <bdi class="strong">{me.value?.name}</bdi> <span class="soft">{me.value?.badge ?? ""}</span>
          <br />
          <span class="soft">{me.value?.organisation.name}</span>
        </p>
        <p class="label">{words.language}</p>
        <div>
          <LanguageSwitch />
        </div>
      </section>
      <Shift />
      <Health />
      <InstallGuide />
      <Locks />
    </div>
  );
}

function Locks() {
  const words = w();
  const [isPin, setPin] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  const [hasPasskey, setPasskey] = useState<boolean | null>(null);
  const making = useDoing(async () => setPasskey(await makePasskey(me.value?.username ?? phone.value?.device.name ?? "")));

  async function leave(): Promise<void> {
    await signOut().catch(() => undefined);
    me.value = null;
    await lock();
  }

  return (
    <section class="card stack">
      <div class="stack-s">
        <p class="label">{words.passkey}</p>
        {hasPasskey === null ? (
          <Button size="large" onClick={making.run} isBusy={making.isBusy}>
            {words.passkeyMake}
          </Button>
        ) : (
          <p class={`note ${hasPasskey ? "note-green" : "note-amber"}`} role="status">
            {hasPasskey ? words.passkeyMade : words.passkeyNone}
          </p>
        )}
      </div>
      <Button size="large" onClick={() => setPin(true)}>
        {words.pin}
      </Button>
      <a class="button button-plain button-large" href={to("account")}>
        {words.security}
      </a>
      <Button size="large" onClick={() => setLeaving(true)}>
        {words.signOut}
      </Button>
      {isPin && (
        <Dialog title={words.pin} onClose={() => setPin(false)}>
          <PinForm
            onDone={() => {
              setPin(false);
              toast(words.pinChanged);
            }}
          />
        </Dialog>
      )}
      {isLeaving && (
        <ConfirmDialog title={words.signOut} go={words.signOut} onGo={leave} onClose={() => setLeaving(false)}>
          <p>{words.signOutSure(waiting.value.length + photosWaiting.value.length)}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
