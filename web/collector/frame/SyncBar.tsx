import { session } from "../../api/session";
import { photosWaiting, waiting } from "../../store/live";
import { standing } from "../../sync/status";
import { Button } from "../../ui/Button";
import { to } from "../../ui/route";
import { w } from "../words/words";
import { fresh, takeOver } from "./worker";

/** One line that always says what is so: what the office has, what it does not, and why. */
export function SyncBar() {
  const words = w().sync;
  const left = waiting.value.length;
  const pictures = photosWaiting.value.length;
  const now = standing.value;
  const isOffline = now.is === "offline";
  const needsSignIn = now.is === "sign-in" || (session.value === null && !isOffline);
  const text = isOffline
    ? words.offline(left, pictures)
    : now.is === "stuck"
      ? words.stuck
      : now.is === "later"
        ? words.later(left, pictures)
        : left + pictures > 0
          ? words.waiting(left, pictures)
          : words.done;
  const tone = now.is === "stuck" || needsSignIn ? "amber" : left + pictures > 0 || isOffline ? "blue" : "green";
  return (
    <div class={`sync sync-${tone}`}>
      <p role="status">
        <span aria-hidden="true">{tone === "green" ? "✓" : tone === "amber" ? "!" : "↑"}</span> {text}
      </p>
      {needsSignIn && (
        <a class="sync-way" href={to("sign-in")}>
          {words.signIn}
        </a>
      )}
    </div>
  );
}

export function UpdateBar() {
  const words = w().sync;
  return (
    <div role="status">
      {fresh.value && (
        <p class="bar bar-blue">
          {words.fresh}
          <Button onClick={takeOver}>{words.takeOver}</Button>
        </p>
      )}
    </div>
  );
}
