import { useState } from "preact/hooks";

import { api, ask, keyed } from "../../api/client";
import { Problem } from "../../api/problem";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { language as pageLanguage } from "../../ui/i18n/language";
import { Loaded, useDoing, useLoading } from "../../ui/load";
import { toast } from "../../ui/Toast";
import type { Visit } from "../day";
import { Choice } from "../visit/Choice";
import type { Agreement } from "./PlanPage";
import { type Drawn, SignaturePad } from "./SignaturePad";
import { Instalments } from "./Terms";
import { w } from "./words/words";

const NAMES: Record<string, string> = { zh: "中文", en: "English" };

/** The customer reads the exact text in a language of theirs and signs it, or says no. */
export function Sign({ visit, plan, onChange }: { visit: Visit; plan: Agreement; onChange: () => Promise<void> }) {
  const words = w();
  const [language, setLanguage] = useState(
    plan.languages.includes(pageLanguage.value) ? pageLanguage.value : plan.language,
  );
  const [hasRead, setRead] = useState(false);
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const [isDeclining, setDeclining] = useState(false);
  const path = { agreement_id: plan.id };
  const text = useLoading(`${plan.id} ${language}`, () =>
    ask(api.GET("/v1/agreements/{agreement_id}/text", { params: { path, query: { language } } })),
  );

  const signing = useDoing(async () => {
    if (!drawn || !text.value) return;
    const body = { terms_hash: text.value.terms_hash, language, strokes: drawn, visit_id: visit.id };
    await ask(api.POST("/v1/agreements/{agreement_id}/signature", { params: { path, header: keyed }, body }));
    toast(words.signed);
    await onChange();
  });

  async function decline(): Promise<void> {
    await ask(api.POST("/v1/agreements/{agreement_id}/refusal", { params: { path, header: keyed }, body: {} }));
    toast(words.declined);
    await onChange();
  }

  return (
    <>
      <section class="card stack" aria-labelledby="terms">
        <h2 id="terms">{words.offered}</h2>
        <Instalments plan={plan} />
      </section>
      <section class="card stack" aria-labelledby="read">
        <h2 id="read">{words.read}</h2>
        <p class="soft">{words.handOver}</p>
        {plan.languages.length > 1 && (
          <Choice
            name="language"
            label={words.language}
            options={plan.languages.map((each) => [each, NAMES[each] ?? each] as const)}
            value={language}
            onValue={(chosen) => {
              setLanguage(chosen);
              setRead(false);
            }}
          />
        )}
        <Loaded from={text} lines={8}>
          {(told) => (
            <pre class="terms-text" lang={language} tabIndex={0} aria-labelledby="read">
              {told.text}
            </pre>
          )}
        </Loaded>
        <label class="tick">
          <input type="checkbox" checked={hasRead} onChange={(event) => setRead(event.currentTarget.checked)} />
          <span>{words.agree}</span>
        </label>
        <SignaturePad label={words.pad} clear={words.clear} onDrawn={setDrawn} />
        <p class="soft small">{words.free}</p>
        {signing.error !== undefined && (
          <>
            <ErrorBox error={signing.error} />
            {isNoSignature(signing.error) && <p class="note note-amber">{words.tooLittle}</p>}
          </>
        )}
        <Button
          kind="primary"
          size="large"
          onClick={signing.run}
          isBusy={signing.isBusy}
          isDisabled={!hasRead || !drawn || !text.value}
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

function isNoSignature(error: unknown): boolean {
  return error instanceof Problem && error.faults.some((fault) => fault.pointer.startsWith("/strokes"));
}
