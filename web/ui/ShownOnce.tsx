import { useRef, useState } from "preact/hooks";

import { Button } from "./Button";
import { t } from "./i18n/words";

/** A secret that nobody can look up again: to be copied now, and handed over. */
export function ShownOnce(props: { label: string; secret: string; hint: string }) {
  const [isCopied, setCopied] = useState(false);
  const shown = useRef<HTMLElement>(null);
  const words = t().once;

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(props.secret);
      setCopied(true);
    } catch {
      // No leave to write, or no secure context: it stands marked, for the reader's own keys.
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
    }
  }

  return (
    <div class="once">
      <p class="label">{props.label}</p>
      <div class="once-row">
        <code class="once-secret" dir="ltr" ref={shown}>
          {props.secret}
        </code>
        <Button kind="primary" onClick={copy}>
          {isCopied ? words.copied : words.copy}
        </Button>
      </div>
      <p class="small">{props.hint}</p>
    </div>
  );
}
