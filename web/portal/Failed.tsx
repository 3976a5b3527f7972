import { OfflineError, Problem } from "../api/problem";
import { Button } from "../ui/Button";
import { w } from "./words/words";

/** What went wrong in words that tell a stranger nothing: no rule, no source, no detail of the office. */
export function Failed(props: { error: unknown; refused?: string; retry?: () => unknown }) {
  if (props.error === undefined) return null;
  return (
    <div class="note note-red" role="alert">
      <p>{sentence(props.error, props.refused)}</p>
      {props.retry && <Button onClick={props.retry}>{w().again}</Button>}
    </div>
  );
}

function sentence(error: unknown, refused: string | undefined): string {
  const words = w();
  if (error instanceof OfflineError) return words.offline;
  if (!(error instanceof Problem)) return words.broken;
  if (error.retryAfterS !== null && error.status === 429) return words.wait(Math.ceil(error.retryAfterS / 60));
  if (error.status === 401) return words.goneText;
  if (refused !== undefined && [409, 422].includes(error.status)) return refused;
  return error.status < 500 ? words.failed : words.broken;
}
