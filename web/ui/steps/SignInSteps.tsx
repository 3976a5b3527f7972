import { useState } from "preact/hooks";

import { choosePassword, isOver, sendCode, type Step } from "../../api/signing-in";
import { Button } from "../Button";
import { Failure } from "../Entrance";
import { Field } from "../Field";
import { t } from "../i18n/words";
import { useDoing } from "../load";
import { isGood, NO_PAIR, PasswordPair } from "./PasswordPair";
import { w } from "./words/words";

interface StepProps {
  step: string;
  onNext: (next: Step | null) => void;
  onBack?: (() => void) | undefined;
}

/** What the API asks for after the password; `onNext` gets the step after it, or null once the session is open. */
export function SignInStep({ step, onNext, onBack }: { step: Step } & Omit<StepProps, "step">) {
  const props = { key: step.step, step: step.step, onNext, onBack };
  return step.kind === "code" ? <CodeStep {...props} /> : <OwnPassword {...props} lead={w().ownLead} />;
}

function CodeStep({ step, onNext, onBack }: StepProps) {
  const [code, setCode] = useState("");
  const [isRecovery, setRecovery] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const sending = useDoing(async () => onNext(await sendCode(step, code)));
  const words = w();

  function submit(event: Event): void {
    event.preventDefault();
    setAsked(true);
    if (code.trim()) void sending.run();
  }

  function change(): void {
    setRecovery(!isRecovery);
    setCode("");
    setAsked(false);
    sending.forget();
  }

  return (
    <form class="card door-card stack" onSubmit={submit} noValidate>
      <div>
        <h1>{words.codeTitle}</h1>
        <p class="soft">{isRecovery ? words.recoveryLead : words.codeLead}</p>
      </div>
      <Field
        key={String(isRecovery)}
        label={isRecovery ? words.recoveryCode : words.code}
        value={code}
        onValue={setCode}
        error={isAsked && !code.trim() ? t().required : undefined}
        autocomplete="one-time-code"
        autoCapitalize="none"
        spellcheck={false}
        inputMode={isRecovery ? "text" : "numeric"}
        maxLength={20}
        hasFocus
        isRequired
      />
      {sending.error !== undefined && <Failure error={sending.error} />}
      <Button kind="primary" size="large" type="submit" isBusy={sending.isBusy} isDisabled={isOver(sending.error)}>
        {words.goOn}
      </Button>
      <div class="row spread">
        <Button kind="quiet" onClick={change}>
          {isRecovery ? words.haveCode : words.lostCode}
        </Button>
        {onBack && (
          <Button kind="quiet" onClick={onBack}>
            {words.startAgain}
          </Button>
        )}
      </div>
    </form>
  );
}

/** A password of one's own: in place of one that somebody else chose, or with the code of a link. */
export function OwnPassword({ step, lead, onNext, onBack }: StepProps & { lead: string }) {
  const [pair, setPair] = useState(NO_PAIR);
  const [isAsked, setAsked] = useState(false);
  const choosing = useDoing(async () => onNext(await choosePassword(step, pair.password)));
  const words = w();

  function submit(event: Event): void {
    event.preventDefault();
    setAsked(true);
    if (isGood(pair)) void choosing.run();
  }

  return (
    <form class="card door-card stack" onSubmit={submit} noValidate>
      <div>
        <h1>{words.ownTitle}</h1>
        <p class="soft">{lead}</p>
      </div>
      <PasswordPair pair={pair} onPair={setPair} isAsked={isAsked} />
      {choosing.error !== undefined && <Failure error={choosing.error} />}
      <Button kind="primary" size="large" type="submit" isBusy={choosing.isBusy} isDisabled={isOver(choosing.error)}>
        {words.goOn}
      </Button>
      {onBack && (
        <Button kind="quiet" onClick={onBack}>
          {words.startAgain}
        </Button>
      )}
    </form>
  );
}
