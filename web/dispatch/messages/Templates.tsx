import { api, ask, type Schemas } from "../../api/client";
import { c } from "../../ui/cases/words";
import { Loaded, useLoading } from "../../ui/load";
import { to } from "../../ui/route";
import { w } from "./words/words";

type Preview = Schemas["TemplatePreview"];

/** What each message says in each language, and what it costs to send. */
export function Templates() {
  const words = w().templates;
  const previews = useLoading("message-templates", () => ask(api.GET("/v1/message-templates")));
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <a href={to("messages")}>{w().back}</a>
      </div>
      <div class="stack">
        <p class="soft">{words.lead}</p>
        <Loaded from={previews} lines={8}>
          {({ items }) => byName(items).map(([name, languages]) => <Template key={name} name={name} languages={languages} />)}
        </Loaded>
      </div>
    </>
  );
}

function byName(previews: readonly Preview[]): [name: string, languages: Preview[]][] {
  const found = new Map<string, Preview[]>();
  for (const preview of previews) found.set(preview.name, [...(found.get(preview.name) ?? []), preview]);
  return [...found];
}

function Template({ name, languages }: { name: string; languages: readonly Preview[] }) {
  const id = `template-${name}`;
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{w().names[name] ?? name}</h2>
      <div class="two">
        {languages.map((preview) => (
          <InOneLanguage key={preview.language} preview={preview} />
        ))}
      </div>
    </section>
  );
}

function InOneLanguage({ preview }: { preview: Preview }) {
  const words = w().templates;
  return (
    <div class="stack-s">
      <h3>{c().customer.languages[preview.language] ?? preview.language}</h3>
      <p class="said" lang={preview.language}>
        {preview.text}
      </p>
      <dl class="facts">
        <dt>{words.parts}</dt>
        <dd class="strong">{words.partsOf(preview.parts)}</dd>
        <dt>{words.units}</dt>
        <dd>{preview.units}</dd>
        <dt>{words.encoding}</dt>
        <dd>{words.encodings[preview.encoding]}</dd>
      </dl>
    </div>
  );
}
