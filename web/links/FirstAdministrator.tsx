import { useState } from "preact/hooks";

import { send } from "../api/network";
import { problemOf } from "../api/problem";
import type { components } from "../api/schema";
import { isOver } from "../api/signing-in";
import { Button } from "../ui/Button";
import { Failure } from "../ui/Entrance";
import { Field, Select } from "../ui/Field";
import { t } from "../ui/i18n/words";
import { useDoing } from "../ui/load";
import { isGood, NO_PAIR, PasswordPair } from "../ui/steps/PasswordPair";
import { forget } from "./forget";
import { HOUSES } from "./houses";
import { w } from "./words/words";

type Created = components["schemas"]["FirstAdministrator"];
type Told = components["schemas"]["FirstAdministratorCreate"];

/** Behind the link that a start prints: the first administrator, and on an empty installation the organisation. */
export function FirstAdministrator({ code }: { code: string }) {
  const [created, setCreated] = useState<Created | null>(null);
  if (created !== null) return <Done created={created} />;
  return <Form code={code} onDone={setCreated} />;
}

function Form({ code, onDone }: { code: string; onDone: (created: Created) => void }) {
  // The link of an organisation that is there already names it.
  const existing = new URLSearchParams(location.search).get("organisation");
  const [house, setHouse] = useState({ slug: "", name: "", country: "CN", timezone: "Asia/Shanghai" });
  const [person, setPerson] = useState({ name: "", username: "" });
  const [pair, setPair] = useState(NO_PAIR);
  const [isAsked, setAsked] = useState(false);
  const words = w().first;
  const missing = (value: string) => (isAsked && !value.trim() ? t().required : undefined);
  const of = HOUSES.find((one) => one.country === house.country) ?? HOUSES[0];

  const opening = useDoing(async () => {
    const organisation =
      existing === null && of
        ? { ...trimmed(house), currency: of.currency, packs: of.packs }
        : null;
    const created = await open({ code, ...trimmed(person), password: pair.password, organisation });
    forget();
    onDone(created);
  });

  function submit(event: Event): void {
    event.preventDefault();
    setAsked(true);
    const needed = [person.name, person.username, ...(existing === null ? [house.slug, house.name] : [])];
    if (needed.every((value) => value.trim()) && isGood(pair)) void opening.run();
  }

  return (
    <form class="card door-card stack" onSubmit={submit} noValidate>
      <div>
        <h1>{words.title}</h1>
        <p class="soft">{existing === null ? words.emptyLead : words.lead(existing)}</p>
      </div>
      {existing === null && (
        <fieldset class="stack plain-fieldset">
          <legend class="label">{words.house}</legend>
          <Field
            label={words.houseName}
            value={house.name}
            onValue={(name) => setHouse({ ...house, name })}
            error={missing(house.name)}
            autocomplete="organization"
            maxLength={200}
            isRequired
          />
          <Field
            label={words.slug}
            hint={words.slugHint}
            value={house.slug}
            onValue={(slug) => setHouse({ ...house, slug: slug.toLowerCase() })}
            error={missing(house.slug)}
            autoCapitalize="none"
            spellcheck={false}
            maxLength={63}
            isRequired
          />
          <Select
            label={words.country}
            hint={words.countryHint}
            value={house.country}
            onValue={(country) => setHouse({ ...house, country, timezone: zonesOf(country)[0] ?? "" })}
            options={HOUSES.map((one) => [one.country, words.countries[one.country] ?? one.country] as const)}
          />
          <Select
            label={words.timezone}
            value={house.timezone}
            onValue={(timezone) => setHouse({ ...house, timezone })}
            options={zonesOf(house.country).map((zone) => [zone, zone.replace("_", " ")] as const)}
          />
        </fieldset>
      )}
      <fieldset class="stack plain-fieldset">
        <legend class="label">{words.you}</legend>
        <Field
          label={words.name}
          value={person.name}
          onValue={(name) => setPerson({ ...person, name })}
          error={missing(person.name)}
          autocomplete="name"
          maxLength={200}
          isRequired
        />
        <Field
          label={t().signIn.username}
          value={person.username}
          onValue={(username) => setPerson({ ...person, username })}
          error={missing(person.username)}
          autocomplete="username"
          autoCapitalize="none"
          spellcheck={false}
          maxLength={64}
          isRequired
        />
        <PasswordPair pair={pair} onPair={setPair} isAsked={isAsked} />
      </fieldset>
      {opening.error !== undefined && <Failure error={opening.error} />}
      <Button kind="primary" size="large" type="submit" isBusy={opening.isBusy} isDisabled={isOver(opening.error)}>
        {words.go}
      </Button>
    </form>
  );
}

function Done({ created }: { created: Created }) {
  const words = w().first;
  return (
    <section class="card door-card stack">
      <h1>{words.done}</h1>
      <p>{words.doneText(created.organisation, created.username)}</p>
      <a
        class="button button-primary button-large"
        href={`/dispatch?organisation=${encodeURIComponent(created.organisation)}`}
      >
        {t().signIn.go}
      </a>
    </section>
  );
}

function zonesOf(country: string): string[] {
  return HOUSES.find((one) => one.country === country)?.zones ?? [];
}

function trimmed<T extends Record<string, string>>(told: T): T {
  return Object.fromEntries(Object.entries(told).map(([name, value]) => [name, value.trim()])) as T;
}

async function open(told: Told): Promise<Created> {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify(told);
  const response = await send(new Request("/v1/first-administrator", { method: "POST", headers, body }));
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Created;
}
