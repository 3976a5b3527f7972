import type { ComponentChildren } from "preact";

import { Problem } from "../api/problem";
import { ErrorBox } from "./ErrorBox";
import { t } from "./i18n/words";
import { LanguageSwitch } from "./LanguageSwitch";

/** The frame of everything that stands before a session: one card, and the language. */
export function Entrance({ children }: { children: ComponentChildren }) {
  return (
    <main class="door" id="content">
      <div class="door-top">
        <p class="brand">
          <span class="brand-mark" aria-hidden="true" />
          {t().product}
        </p>
        <LanguageSwitch />
      </div>
      {children}
    </main>
  );
}

/** Why a try at the door failed, in one sentence where one is enough. */
export function Failure({ error }: { error: unknown }) {
  const said = error instanceof Problem ? sentence(error) : undefined;
  if (said === undefined) return <ErrorBox error={error} />;
  return (
    <p class="note note-red" role="alert">
      {said}
    </p>
  );
}

function sentence(problem: Problem): string | undefined {
  const words = t().signIn;
  if (problem.code === "sign-in-failed") return words.failed;
  if (problem.code === "second-factor-failed") return words.codeFailed;
  if (problem.code === "code-spent") return words.over;
  if (problem.code === "puzzle-required") return words.crowded;
  const pointer = problem.code === "invalid" ? problem.faults[0]?.pointer : undefined;
  if (pointer === "/password") return words.weak;
  if (pointer === "/current_password") return words.notPresent;
  if (pointer === "/code") return words.codeFailed;
  if (problem.retryAfterS !== null) return words.wait(problem.retryAfterS);
  return undefined;
}
