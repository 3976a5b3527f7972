import { useState } from "preact/hooks";

import type { components } from "../api/schema";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { useDoing } from "../ui/doing";
import { Face } from "./Face";
import { Failed } from "./Failed";
import { post, type Page } from "./link";
import { w } from "./words/words";

type Checked = components["schemas"]["Checked"];

/** Whether the person at the door is the one who was sent. */
export function AtTheDoor({ phone, visitors }: { phone: string | null; visitors: Page["visitors"] }) {
  const [code, setCode] = useState("");
  const [badge, setBadge] = useState("");
  const [found, setFound] = useState<Checked | null>(null);
  const checking = useDoing(async () => {
    setFound(null);
    setFound(await post<Checked>("/page/person-check", { code: code.replace(/\s/g, ""), badge: badge.trim() || null }));
  });
  const shown = visitors.find((one) => one.has_portrait && one.role === found?.role);
  const words = w();
  return (
    <section class="card stack" aria-labelledby="door">
      <h2 id="door">{words.doorTitle}</h2>
      <p>{words.doorLead}</p>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (code.trim()) void checking.run();
        }}
      >
        <Field
          label={words.code}
          value={code}
          onValue={setCode}
          inputMode="numeric"
          autocomplete="off"
          maxLength={8}
          isRequired
        />
        <Field label={words.badgeAsked} value={badge} onValue={setBadge} autocomplete="off" maxLength={60} />
        <Button kind="primary" size="large" type="submit" isBusy={checking.isBusy}>
          {words.check}
        </Button>
      </form>
      <Failed error={checking.error} />
      {found && (
        <div class={`found ${found.is_genuine ? "found-genuine" : "found-false"}`} role="alert">
          <span class="found-mark" aria-hidden="true">
            {found.is_genuine ? "✓" : "!"}
          </span>
          <p>
            <strong>{found.is_genuine ? words.genuine : words.false}</strong>
            {found.is_genuine ? found.badge && ` ${words.genuineBadge(found.badge)}` : ` ${found.is_due ? words.falseText : words.notDue}`}
          </p>
          {shown && (
            <>
              <Face role={shown.role} badge={shown.badge} />
              <p class="small">{words.compareFace}</p>
            </>
          )}
        </div>
      )}
      {phone === null ? (
        <p>{words.callPublished}</p>
      ) : (
        <a class="button button-plain" href={`tel:${phone}`}>
          {words.callUs(phone)}
        </a>
      )}
      <p class="soft small">{words.cash}</p>
    </section>
  );
}
