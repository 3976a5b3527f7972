import { useEffect, useState } from "preact/hooks";

import { api, ask } from "../../api/client";
import { Button } from "../Button";
import { Empty } from "../Empty";
import { Field } from "../Field";
import { Loaded, useLoading } from "../load";
import { go } from "../route";
import { CaseTable } from "./CaseTable";
import { c } from "./words";

const MIN = 2;

/** One box for a name, a phone number or a reference, while the customer is on the line. */
export function CaseSearch({ asked, start }: { asked: string; start: string }) {
  const [text, setText] = useState(asked);
  const [isShort, setShort] = useState(false);
  const words = c().search;
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
      {asked ? <Results key={asked} asked={asked} /> : <Empty title={start} />}
    </>
  );
}

function Results({ asked }: { asked: string }) {
  const found = useLoading(asked, () => ask(api.GET("/v1/cases/search", { params: { query: { q: asked, limit: 50 } } })));
  const words = c().search;
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
            <CaseTable lines={items} />
          </section>
        )
      }
    </Loaded>
  );
}
