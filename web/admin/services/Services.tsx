import { useState } from "preact/hooks";

import { api, ask, type Schemas } from "../../api/client";
import { every } from "../../api/pages";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { Loaded, useLoading } from "../../ui/load";
import { StatusChip } from "../../ui/StatusChip";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";
import { Keys } from "./Keys";
import { scopeInWords } from "./scopes";
import { ServiceDialog } from "./ServiceDialog";

type Account = Schemas["ServiceAccount"];

/** Programs that work in the house: what each may do, and the keys that open it. */
export function Services() {
  const words = w().services;
  const loaded = useLoading("services", load);
  const [edited, setEdited] = useState<Account | "new" | null>(null);

  async function done(): Promise<void> {
    toast(words.saved);
    await loaded.reload();
  }

  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <Button kind="primary" onClick={() => setEdited("new")}>
          {words.create}
        </Button>
      </div>
      <p class="lead soft">{words.lead}</p>
      <Loaded from={loaded} lines={6}>
        {({ accounts, scopes }) => (
          <div class="stack">
            {accounts.length === 0 && <Empty title={words.none}>{words.noneHint}</Empty>}
            {accounts.map((account) => (
              <section key={account.id} class="card stack" aria-labelledby={account.id}>
                <div class="row spread">
                  <h2 id={account.id}>
                    <bdi>{account.name}</bdi>
                  </h2>
                  <StatusChip
                    tone={account.state === "active" ? "green" : "grey"}
                    word={words.states[account.state] ?? account.state}
                  />
                </div>
                <p class="small">
                  <span class="soft">{words.may}</span> {account.scopes.map(scopeInWords).join(words.comma)}
                </p>
                <Keys account={account} onChange={loaded.reload} onEdit={() => setEdited(account)} />
              </section>
            ))}
            {edited && (
              <ServiceDialog
                account={edited === "new" ? null : edited}
                scopes={scopes}
                onSaved={done}
                onClose={() => setEdited(null)}
              />
            )}
          </div>
        )}
      </Loaded>
    </>
  );
}

async function load() {
  const [accounts, scopes] = await Promise.all([
    every((cursor) => api.GET("/v1/service-accounts", { params: { query: { limit: 200, ...cursor } } })),
    ask(api.GET("/v1/service-account-scopes")),
  ]);
  return { accounts, scopes: scopes.items };
}
