import { api, ask, type Schemas } from "../../api/client";
import { date, dayTime } from "../../ui/i18n/format";
import { language } from "../../ui/i18n/language";
import { ruleInReadersWords } from "../../ui/i18n/ruleWords";
import { Loaded, useLoading } from "../../ui/load";
import { StatusChip } from "../../ui/StatusChip";
import { Table } from "../../ui/Table";
import { w } from "../words/words";

type Rule = Schemas["Rule"];

/** Which rules bind the house: each figure, where it comes from, and who set it otherwise. */
export function RulesInForce() {
  const words = w().rules;
  const loaded = useLoading("rules", () => ask(api.GET("/v1/rules")));
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
      </div>
      <p class="lead soft">{words.lead}</p>
      <Loaded from={loaded} lines={10}>
        {({ packs, rules }) => (
          <div class="stack">
            {packs.map((pack) => (
              <section key={pack.id} class="card stack" aria-labelledby={`pack-${pack.id}`}>
                <h2 id={`pack-${pack.id}`}>{titleOf(pack)}</h2>
                <p class="soft small">
                  {words.version(pack.version, date(pack.effective))}
                  <br />
                  SHA-256 <span class="mono break">{pack.hash}</span>
                </p>
                <Table
                  caption={titleOf(pack)}
                  keyOf={(rule: Rule) => rule.id}
                  rows={rules.filter((rule) => rule.pack === pack.id)}
                  columns={[
                    { head: words.rule, cell: (rule) => <Subject rule={rule} /> },
                    { head: words.figure, cell: (rule) => <Figure rule={rule} /> },
                    { head: words.verdict, cell: (rule) => <Verdict verdict={rule.verdict} /> },
                    { head: words.source, cell: (rule) => <Source rule={rule} /> },
                  ]}
                />
              </section>
            ))}
          </div>
        )}
      </Loaded>
    </>
  );
}

function titleOf(pack: Schemas["Pack"]): string {
  return (language.value === "zh" && pack.title_zh) || pack.title;
}

function Subject({ rule }: { rule: Rule }) {
  const words = w().rules;
  return (
    <>
      <span class="strong mono">{rule.id}</span>
      <br />
      {language.value === "zh" && rule.subject_zh !== null ? rule.subject_zh : <span lang="en">{rule.subject}</span>}
      <br />
      <span class="soft small">{rule.channels.map((channel) => words.channels[channel]).join(" · ")}</span>
    </>
  );
}

function Figure({ rule }: { rule: Rule }) {
  const words = w().rules;
  return (
    <>
      {ruleInReadersWords(rule.figure)}
      {rule.is_own && (
        <p class="small">
          <strong>{words.own}</strong> <bdi>{rule.note}</bdi>
          {rule.released_figure !== rule.figure && (
            <>
              <br />
              {words.released} {ruleInReadersWords(rule.released_figure)}
            </>
          )}
          {rule.signed_off_at && (
            <>
              <br />
              {words.signedOff(rule.signed_off_by ?? "–", dayTime(rule.signed_off_at))}
            </>
          )}
        </p>
      )}
    </>
  );
}

function Verdict({ verdict }: Pick<Rule, "verdict">) {
  const word = w().rules.verdicts[verdict] ?? verdict;
  return <StatusChip tone={verdict === "refuse" ? "red" : verdict === "warn" ? "amber" : "grey"} word={word} />;
}

function Source({ rule }: { rule: Rule }) {
  const words = w().rules;
  return (
    <>
      {ruleInReadersWords(rule.source)}
      <br />
      <span class="soft small">
        {words.bases[rule.basis]} · {words.confidence} {rule.confidence}
        {rule.is_fixed ? ` · ${words.fixed}` : rule.is_floor ? ` · ${words.floor}` : ""}
      </span>
    </>
  );
}
