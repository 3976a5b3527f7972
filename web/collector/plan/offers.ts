import { api, ask, type Schemas } from "../../api/client";
import type { Offer } from "../../api/sync";
import { sealJson } from "../../core/vault";
import { reload, type Stop } from "../../store/live";
import { opened } from "../../store/phone";

type Agreement = Schemas["Agreement"];

/** What was just offered, with its exact texts, lies on this phone: it can be signed though the signal goes. */
export async function carry(stop: Stop, plan: Agreement): Promise<void> {
  const path = { agreement_id: plan.id };
  const texts = await Promise.all(
    plan.languages.map((language) =>
      ask(api.GET("/v1/agreements/{agreement_id}/text", { params: { path, query: { language } } })),
    ),
  );
  const offer: Offer = {
    agreement_id: plan.id,
    terms_hash: plan.terms_hash,
    expires_at: plan.offer_expires_at ?? "",
    text: Object.fromEntries(texts.map((told) => [told.language, told.text])),
    instalments: plan.instalments,
    total: plan.total,
  };
  await keep(stop, [...stop.offers.filter((each) => each.agreement_id !== plan.id), offer]);
}

/** What the customer said no to is not shown any more. */
export async function drop(stop: Stop, agreementId: string): Promise<void> {
  await keep(
    stop,
    stop.offers.filter((each) => each.agreement_id !== agreementId),
  );
}

async function keep(stop: Stop, offers: Offer[]): Promise<void> {
  const { store, content } = opened();
  const { id, day, position } = stop;
  await store.write({ stops: [{ id, day, position, sealed: await sealJson(content, { ...stop, offers }) }] });
  await reload();
}
