import { Button } from "../ui/Button";
import { dayTime } from "../ui/i18n/format";
import { useDoing } from "../ui/doing";
import { Failed } from "./Failed";
import { post, type Page } from "./link";
import { w } from "./words/words";

/** What the customer once agreed to: each is taken back with one tap, without a reason. */
export function Consents({ page, onPage }: { page: Page; onPage: (page: Page) => void }) {
  const withdrawing = useDoing(async (id: string) => onPage(await post<Page>(`/page/consents/${id}/withdrawal`)));
  const words = w();
  if (page.consents.length === 0) return null;
  return (
    <section class="card stack" aria-labelledby="consents">
      <h2 id="consents">{words.consentsTitle}</h2>
      <p>{words.consentsLead}</p>
      <ul class="list">
        {page.consents.map((consent) => (
          <li key={consent.id} class="line stack-s">
            <p class="strong">{words.consents[consent.kind]}</p>
            <p class="soft small">{words.consentGiven(dayTime(consent.given_at, page.timezone))}</p>
            <Button isBusy={withdrawing.isBusy} onClick={() => withdrawing.run(consent.id)}>
              {words.takeBack}
              <span class="sr-only"> {words.consents[consent.kind]}</span>
            </Button>
          </li>
        ))}
      </ul>
      <Failed error={withdrawing.error} />
    </section>
  );
}
