import { useState } from "preact/hooks";

import { api, ask, keyed, on, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { dayTime } from "../../ui/i18n/format";
import { ShownOnce } from "../../ui/ShownOnce";
import { me } from "../../ui/me";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";

type Step = "reset" | "factor" | "disable";

/** How a person comes in: their password, their second factor, and the end of it. */
export function Access({ user, onChange }: { user: Schemas["User"]; onChange: () => Promise<void> }) {
  const [step, setStep] = useState<Step | null>(null);
  const [reset, setReset] = useState<Schemas["Reset"] | null>(null);
  const words = w().access;
  const path = { user_id: user.id };
  const isOwn = user.id === me.value?.user;

  const steps: Record<Step, () => Promise<void>> = {
    reset: async () => {
      setReset(await ask(api.POST("/v1/users/{user_id}/reset-password", { params: { path, header: keyed } })));
    },
    factor: async () => {
      const params = { path, header: keyed };
      await ask(api.POST("/v1/users/{user_id}/second-factor/remove", { params, body: {} }));
      toast(words.factor.done);
    },
    disable: async () => {
      const header = { ...keyed, ...on(user) };
      await ask(api.POST("/v1/users/{user_id}/disable", { params: { path, header } }));
      toast(words.disable.done);
    },
  };

  if (user.state !== "active") {
    return (
      <section class="card" aria-labelledby="access">
        <h2 id="access">{words.title}</h2>
        <p>{words.disabledText}</p>
      </section>
    );
  }
  return (
    <section class="card stack" aria-labelledby="access">
      <h2 id="access">{words.title}</h2>
      <dl class="facts">
        <dt>{words.password}</dt>
        <dd>{user.password_given_at === null ? words.own : words.given(dayTime(user.password_given_at))}</dd>
        <dt>{words.secondFactor}</dt>
        <dd>{user.has_second_factor ? words.on : words.off}</dd>
      </dl>
      {reset && (
        <ShownOnce label={words.link} secret={reset.link} hint={words.linkHint(dayTime(reset.expires_at))} />
      )}
      {isOwn ? (
        <p class="soft small">{words.ownAccount}</p>
      ) : (
        <div class="actions">
          <Button onClick={() => setStep("reset")}>{words.reset.title}</Button>
          {user.has_second_factor && <Button onClick={() => setStep("factor")}>{words.factor.title}</Button>}
          <Button kind="danger" onClick={() => setStep("disable")}>
            {words.disable.title}
          </Button>
        </div>
      )}
      {step && (
        <ConfirmDialog
          title={words[step].title}
          go={words[step].go}
          onGo={async () => {
            await steps[step]();
            await onChange();
          }}
          onClose={() => setStep(null)}
        >
          <p>{words[step].text}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
