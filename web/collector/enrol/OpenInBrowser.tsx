import { useState } from "preact/hooks";

import { Button } from "../../ui/Button";
import { Entrance } from "../../ui/Entrance";
import { w } from "./words/words";

/** Inside a chat program nothing that was recorded would be safe: the way out of it is shown instead. */
export function OpenInBrowser() {
  const words = w();
  const [isCopied, setCopied] = useState(false);

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(location.href);
    setCopied(true);
  }

  return (
    <Entrance>
      <section class="card door-card stack">
        <h1>{words.otherApp.title}</h1>
        <p>{words.otherApp.why}</p>
        <ol class="numbered">
          {words.otherApp.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <Button kind="primary" size="large" onClick={copy}>
          {isCopied ? words.otherApp.copied : words.otherApp.copy}
        </Button>
      </section>
    </Entrance>
  );
}
