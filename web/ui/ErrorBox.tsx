import type { ComponentChildren } from "preact";

import { OfflineError, Problem } from "../api/problem";
import { Button } from "./Button";
import { language } from "./i18n/language";
import { t } from "./i18n/words";
import { Rules } from "./Rules";

/** What went wrong, in the reader's words, and what can be done next. */
export function ErrorBox(props: { error: unknown; retry?: () => unknown; zone?: string; children?: ComponentChildren }) {
  const { error } = props;
  const words = t();
  const problem = error instanceof Problem ? error : null;
  const isOurs = !problem || problem.status >= 500;
  return (
    <div class="error-box" role="alert">
      <p class="error-title">{titleOf(error)}</p>
      <p>{inWords(error)}</p>
      {problem && language.value === "en" && isTelling(problem) && <p class="error-detail">{problem.message}</p>}
      {problem && problem.faults.length > 0 && (
        <ul class="error-faults">
          {problem.faults.map((fault) => (
            <li key={fault.pointer + fault.detail}>
              <FaultLine {...fault} />
            </li>
          ))}
        </ul>
      )}
      {problem?.decision && <Rules decision={problem.decision} zone={props.zone} />}
      {problem && isOurs && problem.requestId && <p class="error-id">{words.requestId(problem.requestId)}</p>}
      {props.children}
      {props.retry && problem?.status !== 403 && problem?.status !== 404 && (
        <Button onClick={props.retry}>{words.retry}</Button>
      )}
    </div>
  );
}

/** The API says what is wrong in English; in Chinese it is said which value it is. */
function FaultLine({ pointer, detail }: { pointer: string; detail: string }) {
  const { faults } = t();
  const field = <code>{pointer.slice(1)}</code>;
  if (language.value === "en") {
    return (
      <>
        {pointer && field} {detail}
      </>
    );
  }
  const last = pointer.split("/").findLast((step) => !/^\d*$/.test(step)) ?? "";
  return (
    <>
      {pointer && (faults.fields[last] ?? field)} {faults.wrong}
    </>
  );
}

/** The one sentence for a place too small for a box. */
export function inWords(error: unknown): string {
  const words = t();
  if (error instanceof OfflineError) return words.offlineText;
  if (error instanceof Problem) return words.problems[error.code] ?? byStatus(error.status);
  return words.problems.internal ?? "";
}

function byStatus(status: number): string {
  const { problems } = t();
  const near = { 401: "unauthenticated", 403: "forbidden", 404: "not-found", 409: "illegal", 412: "stale", 503: "unavailable" };
  const code = near[status as keyof typeof near] ?? (status < 500 ? "invalid" : "internal");
  return problems[code] ?? "";
}

function titleOf(error: unknown): string {
  const words = t();
  if (error instanceof OfflineError) return words.offlineTitle;
  if (error instanceof Problem && error.status === 403) return words.forbiddenTitle;
  if (error instanceof Problem && error.status === 404) return words.notFoundTitle;
  return words.problemTitle;
}

/** Whether the API's own sentence says more than ours: it does where it explains a state or a conflict. */
function isTelling(problem: Problem): boolean {
  return ["illegal", "conflict", "refused"].includes(problem.code);
}
