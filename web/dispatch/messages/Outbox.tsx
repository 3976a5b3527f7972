import { useState } from "preact/hooks";

import { api, type Schemas } from "../../api/client";
import { Empty } from "../../ui/Empty";
import { Select } from "../../ui/Field";
import { Loaded } from "../../ui/load";
import { More, useGrowing } from "../../ui/More";
import { to } from "../../ui/route";
import { MessageLine, STATES, type State } from "./MessageLine";
import { w } from "./words/words";

type Message = Schemas["Message"];

/** Every message to a customer, newest first, of one state where one is chosen. */
export function Outbox() {
  const words = w().outbox;
  const [state, setState] = useState<State | null>(null);
  const messages = useGrowing<Message>(`messages ${state}`, (cursor) =>
    api.GET("/v1/messages", { params: { query: { limit: 20, state, ...cursor } } }),
  );
  return (
    <>
      <div class="page-head">
        <h1>{w().title}</h1>
        <a href={to("messages", "templates")}>{w().toTemplates}</a>
      </div>
      <div class="stack">
        <p class="note note-blue">{w().noGateway}</p>
        <section class="card" aria-labelledby="outbox">
          <div class="row spread">
            <h2 id="outbox">{words.list}</h2>
            <Select
              label={words.state}
              value={state ?? ""}
              onValue={(value) => setState(STATES.find((each) => each === value) ?? null)}
              options={[["", words.every], ...STATES.map((each) => [each, words.states[each]] as const)]}
            />
          </div>
          <Loaded from={messages.first}>
            {() =>
              messages.items.length > 0 ? (
                <ul class="list">
                  {messages.items.map((message) => (
                    <MessageLine key={message.id} message={message} onChange={messages.first.reload} />
                  ))}
                </ul>
              ) : state === null ? (
                <Empty title={words.empty}>{words.emptyHint}</Empty>
              ) : (
                <Empty title={words.emptyOfState}>{words.emptyOfStateHint}</Empty>
              )
            }
          </Loaded>
          <More of={messages} />
        </section>
      </div>
    </>
  );
}
