import { useState } from "preact/hooks";

import { api, ask, on, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { Checks } from "../../ui/Checks";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field, Select } from "../../ui/Field";
import { t } from "../../ui/i18n/words";
import { Loaded, useDoing, useLoading } from "../../ui/load";
import { may } from "../../ui/me";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";

type Organisation = Schemas["Organisation"];
// Digits with what people write between them; the public has to be able to dial it.
const PHONE = /^\+?[0-9][0-9 ()-]{3,28}$/;
const GEOCODE = "geocode";

/** What customers are told of the house: its name, the number to check a visit by voice, and where to pay. */
export function OrganisationPage() {
  const words = w().organisation;
  const loading = useLoading("organisation", () => ask(api.GET("/v1/organisation")));
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
      </div>
      <Loaded from={loading} lines={6}>
        {(organisation) => (
          <div class="two">
            <Published key={organisation.version} organisation={organisation} onSaved={loading.reload} />
            <section class="card" aria-labelledby="founded">
              <h2 id="founded">{words.founded}</h2>
              <dl class="facts">
                <dt>{words.slug}</dt>
                <dd>{organisation.slug}</dd>
                <dt>{words.country}</dt>
                <dd>{organisation.country}</dd>
                <dt>{words.timezone}</dt>
                <dd>{organisation.timezone}</dd>
                <dt>{words.currency}</dt>
                <dd>{organisation.currency}</dd>
                <dt>{words.packs}</dt>
                <dd>{organisation.packs.join(", ")}</dd>
              </dl>
            </section>
          </div>
        )}
      </Loaded>
    </>
  );
}

function Published({ organisation, onSaved }: { organisation: Organisation; onSaved: () => Promise<void> }) {
  const [name, setName] = useState(organisation.name);
  const [phone, setPhone] = useState(organisation.public_phone ?? "");
  const [payTo, setPayTo] = useState(organisation.pay_to ?? "");
  const [payUrl, setPayUrl] = useState(organisation.pay_url ?? "");
  const [allowed, setAllowed] = useState<ReadonlySet<string>>(new Set(organisation.may_geocode ? [GEOCODE] : []));
  const [evenness, setEvenness] = useState(organisation.evenness);
  const [isAsked, setAsked] = useState(false);
  const words = w().organisation;
  const isPhone = PHONE.test(phone.trim());
  const isPaid = payUrl.trim().startsWith("https://") ? payTo.trim() !== "" : !payUrl.trim() && !payTo.trim();
  const saving = useDoing(async () => {
    const paying = payUrl.trim() ? { pay_to: payTo.trim(), pay_url: payUrl.trim() } : {};
    const body = { name: name.trim(), public_phone: phone.trim(), may_geocode: allowed.has(GEOCODE), evenness, ...paying };
    await ask(api.PATCH("/v1/organisation", { params: { header: on(organisation) }, body }));
    toast(words.saved);
    await onSaved();
  });

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setAsked(true);
    if (name.trim() && isPhone && isPaid) await saving.run();
  }

  return (
    <section class="card" aria-labelledby="published">
      <h2 id="published">{words.published}</h2>
      <form class="stack" onSubmit={submit} noValidate>
        {organisation.public_phone === null && <p class="note note-amber">{words.noPhone}</p>}
        <Field
          label={words.name}
          hint={words.nameHint}
          value={name}
          onValue={setName}
          maxLength={200}
          isRequired
          error={isAsked && !name.trim() ? t().required : undefined}
        />
        <Field
          label={words.phone}
          hint={words.phoneHint}
          value={phone}
          onValue={setPhone}
          maxLength={30}
          inputMode="tel"
          dir="ltr"
          isRequired
          error={isAsked && !isPhone ? words.phoneRule : undefined}
        />
        <Field
          label={words.payTo}
          hint={words.payToHint}
          value={payTo}
          onValue={setPayTo}
          maxLength={200}
        />
        <Field
          label={words.payUrl}
          hint={words.payUrlHint}
          value={payUrl}
          onValue={setPayUrl}
          maxLength={500}
          autoCapitalize="none"
          spellcheck={false}
          dir="ltr"
          error={isAsked && !isPaid ? words.payRule : undefined}
        />
        <Checks
          label={words.places}
          choices={[{ value: GEOCODE, word: words.mayGeocode, hint: words.mayGeocodeHint }]}
          chosen={allowed}
          onChosen={setAllowed}
        />
        <Select
          label={words.evenness}
          hint={words.evennessHint}
          value={evenness}
          onValue={(value) => setEvenness(value as Organisation["evenness"])}
          options={(["free", "even", "strict"] as const).map((each) => [each, words.evennesses[each]] as const)}
        />
        {saving.error !== undefined && <ErrorBox error={saving.error} retry={onSaved} />}
        {may("organisation:configure") && (
          <div class="actions">
            <Button kind="primary" type="submit" isBusy={saving.isBusy}>
              {words.save}
            </Button>
          </div>
        )}
      </form>
    </section>
  );
}
