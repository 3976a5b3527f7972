import { useEffect, useState } from "preact/hooks";

import { api, ask, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { Field } from "../../ui/Field";
import { money } from "../../ui/i18n/format";
import { Loaded, useLoading } from "../../ui/load";
import { go, to } from "../../ui/route";
import { StatusChip } from "../../ui/StatusChip";
import { Table, type Column } from "../../ui/Table";
import { w } from "../words/words";

const MIN = 2;

/** One box for a name, a phone number or a reference, while the customer is on the line. */
export function Search({ asked }: { asked: string }) {
  const [text, setText] = useState(asked);
  const [isShort, setShort] = useState(false);
  const words = w().search;
  useEffect(() => setText(asked), [asked]);

  function submit(event: Event): void {
    event.preventDefault();
    const wanted = text.trim();
    setShort([...wanted].length < MIN);
    if ([...wanted].length >= MIN) go("search", wanted);
  }

  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
      </div>
      <form class="card search" role="search" onSubmit={submit} noValidate>
        <Field
          label={words.label}
          hint={words.hint}
          type="search"
          autocomplete="off"
          spellcheck={false}
          maxLength={100}
          value={text}
          onValue={setText}
          error={isShort ? words.short : undefined}
        />
        <Button kind="primary" type="submit">
          {words.go}
        </Button>
      </form>
      {asked ? <Results key={asked} asked={asked} /> : <Empty title={words.start} />}
    </>
  );
}

function Results({ asked }: { asked: string }) {
  const found = useLoading(asked, () => ask(api.GET("/v1/cases/search", { params: { query: { q: asked, limit: 50 } } })));
  const words = w().search;
  return (
    <Loaded from={found}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={words.none(asked)}>{words.noneHint}</Empty>
        ) : (
          <section class="card" aria-labelledby="found">
            <div role="status">
              <h2 id="found">{words.found(items.length)}</h2>
            </div>
            <Table caption={words.caption} columns={columns()} rows={items} keyOf={(line) => line.case.id} />
          </section>
        )
      }
    </Loaded>
  );
}

function columns(): Column<Schemas["CaseLine"]>[] {
  const words = w().search;
  return [
    {
      head: words.reference,
      cell: (line) => (
        <a class="strong" href={to("cases", line.case.id)}>
          {line.case.reference}
        </a>
      ),
    },
    { head: words.customer, cell: (line) => line.customer.name ?? "–" },
    { head: words.phone, cell: (line) => line.customer.phone ?? "–" },
    { head: words.owed, isNumber: true, cell: (line) => (line.balance ? money(line.balance.total) : "–") },
    { head: words.state, cell: (line) => <CaseChip state={line.case.state} /> },
  ];
}

export function CaseChip({ state }: { state: string }) {
  return <StatusChip tone={state === "open" ? "blue" : "grey"} word={w().caseStates[state] ?? state} />;
}
