import { useState } from "preact/hooks";

import type { Step } from "../api/signing-in";
import { APPS, NEEDED, WAYS } from "../ui/apps";
import { t } from "../ui/i18n/words";
import { Loaded, useLoading } from "../ui/load";
import { learnWhoIAm, may } from "../ui/me";
import { OwnPassword, SignInStep } from "../ui/steps/SignInSteps";
import { forget } from "./forget";
import { w } from "./words/words";

/** With the link that an administrator handed over: a password of one's own, the second factor, and on to work. */
export function NewPassword({ code }: { code: string }) {
  const [step, setStep] = useState<Step | null>({ kind: "password", step: code });

  function goOn(next: Step | null): void {
    forget();
    setStep(next);
  }

  if (step === null) return <Done />;
  if (step.step === code) return <OwnPassword step={code} lead={w().newPasswordLead} onNext={goOn} />;
  return <SignInStep step={step} onNext={goOn} />;
}

function Done() {
  const who = useLoading("me", learnWhoIAm);
  return (
    <section class="card door-card stack">
      <h1>{w().passwordSet}</h1>
      <p>{w().signedIn}</p>
      <Loaded from={who} lines={2}>
        {() => (
          <ul class="stack">
            {APPS.filter((app) => may(NEEDED[app])).map((app) => (
              <li key={app}>
                <a class="button button-primary button-large" href={WAYS[app]}>
                  {t().apps[app]}
                </a>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}
