import { useState } from "preact/hooks";

import { api, ask, keyed } from "../../api/client";
import type { Offer } from "../../api/sync";
import type { Stop } from "../../store/live";
import type { Visit } from "../../store/visit";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { language as pageLanguage } from "../../ui/i18n/language";
import { useDoing } from "../../ui/load";
import { toast } from "../../ui/Toast";
import { Choice } from "../visit/Choice";
import { tell } from "../visit/tell";
import { drop } from "./offers";
import { type Drawn, SignaturePad } from "./SignaturePad";
import { Instalments } from "./Terms";
import { w } from "./words/words";

const NAMES: Record<string, string> = { zh: "中文", en: "English" };
/** Fewer points than these are a dot, and no name. */
const LEAST_POINTS = 8;

/** The customer reads the exact text in a language of theirs and signs it, or says no. Signing needs no signal. */
export function Sign({ stop, visit, offer }: { stop: Stop; visit: Visit; offer: Offer }) {
  const words = w();
  const languages = Object.keys(offer.text);
  const [language, setLanguage] = useState(languages.includes(pageLanguage.value) ? pageLanguage.value : (languages[0] ?? "zh"));
  const [hasRead, setRead] = useState(false);
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const [isDeclining, setDeclining] = useState(false);
  const isTooLittle = drawn !== null && points(drawn) < LEAST_POINTS;

  const signing = useDoing(async () => {
    if (!drawn) return;
    const { agreement_id, terms_hash } = offer;
    await tell(visit, "agreement.sign", { agreement_id, terms_hash, language, strokes: drawn });
    toast(words.signed);
  });

  async function decline(): Promise<void> {
    const params = { path: { agreement_id: offer.agreement_id }, header: keyed };
    await ask(api.POST("/v1/agreements/{agreement_id}/refusal", { params, body: {} }));
    toast(words.declined);
    await drop(stop, offer.agreement_id);
  }

  return (
    <>
      <section class="card stack" aria-labelledby="terms">
        <h2 id="terms">{words.offered}</h2>
        <Instalments plan={offer} />
      </section>
      <section class="card stack" aria-labelledby="read">
        <h2 id="read">{words.read}</h2>
        <p class="soft">{words.handOver}</p>
        {languages.length > 1 && (
          <Choice
            name="language"
            label={words.language}
            options={languages.map((each) => [each, NAMES[each] ?? each] as const)}
            value={language}
            onValue={(chosen) => {
              setLanguage(chosen);
              setRead(false);
            }}
          />
        )}
        <pre class="terms-text" lang={language} tabIndex={0} aria-labelledby="read">
          {offer.text[language]}
        </pre>
        <label class="tick">
          <input type="checkbox" checked={hasRead} onChange={(event) => setRead(event.currentTarget.checked)} />
          <span>{words.agree}</span>
        </label>
        <SignaturePad label={words.pad} clear={words.clear} onDrawn={setDrawn} />
        <p class="soft small">{words.free}</p>
        {isTooLittle && (
          <p class="note note-amber" role="status">
            {words.tooLittle}
          </p>
        )}
        {signing.error !== undefined && <ErrorBox error={signing.error} />}
        <Button
          kind="primary"
          size="large"
          onClick={signing.run}
          isBusy={signing.isBusy}
          isDisabled={!hasRead || !drawn || isTooLittle}
        >
          {words.sign}
        </Button>
        <Button size="large" onClick={() => setDeclining(true)}>
          {words.decline}
        </Button>
      </section>
      {isDeclining && (
        <ConfirmDialog title={words.decline} go={words.decline} onGo={decline} onClose={() => setDeclining(false)}>
          <p>{words.declineSure}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function points(drawn: Drawn): number {
  return drawn.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
}
