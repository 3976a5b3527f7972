import { useEffect, useState } from "preact/hooks";

import { doorCode, MINUTE_MS } from "../../core/doorCode";
import { serverNow } from "../../store/now";
import { w } from "./words/words";

/** The code that the customer types to know that this collector is genuine; a new one each minute, with no signal needed. */
export function DoorCode({ secret }: { secret: string }) {
  const words = w();
  const [code, setCode] = useState<string | null>(null);

  useEffect(() => {
    let timer = 0;
    async function renew(): Promise<void> {
      const now = Date.parse(serverNow());
      setCode(await doorCode(secret, now));
      timer = window.setTimeout(() => void renew(), MINUTE_MS - (now % MINUTE_MS));
    }
    void renew();
    return () => window.clearTimeout(timer);
  }, [secret]);

  return (
    <section class="card stack-s" aria-labelledby="genuine">
      <h2 id="genuine">{words.genuine}</h2>
      <p class="door-code mono" aria-live="off">
        {code ? `${code.slice(0, 3)} ${code.slice(3)}` : "…"}
      </p>
      <p class="soft small">{words.genuineHint}</p>
    </section>
  );
}
