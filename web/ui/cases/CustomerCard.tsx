import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Reveal } from "../Masked";
import { c } from "./words";

/** The customer, masked. Showing more asks why, and is an entry of the case's story. */
export function CustomerCard({ customer }: { customer: Schemas["Customer"] }) {
  const [full, setFull] = useState<Schemas["RevealedCustomer"] | null>(null);
  const words = c().customer;

  async function reveal(reason: string): Promise<void> {
    const params = { path: { customer_id: customer.id }, header: keyed };
    setFull(await ask(api.POST("/v1/customers/{customer_id}/revelation", { params, body: { reason } })));
  }

  const shown = full ?? customer;
  return (
    <section class="card" aria-labelledby="customer">
      <div class="row spread">
        <h2 id="customer">{words.title}</h2>
        <Reveal isRevealed={full !== null} onReveal={reveal} onHide={() => setFull(null)} />
      </div>
      <dl class="facts" aria-live="polite">
        <dt>{words.name}</dt>
        <dd class="strong">{shown.name ?? "–"}</dd>
        <dt>{words.phone}</dt>
        <dd>{full?.phone ? <a href={`tel:${full.phone}`}>{full.phone}</a> : (shown.phone ?? "–")}</dd>
        {full?.email && (
          <>
            <dt>{words.email}</dt>
            <dd>{full.email}</dd>
          </>
        )}
        <dt>{words.language}</dt>
        <dd>{words.languages[customer.language] ?? customer.language}</dd>
      </dl>
      {full && <p class="soft small">{words.revealed}</p>}
    </section>
  );
}
