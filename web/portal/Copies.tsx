import { useState } from "preact/hooks";

import type { components } from "../api/schema";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { day } from "../ui/i18n/format";
import { useDoing, useLoading } from "../ui/doing";
import { Skeleton } from "../ui/Skeleton";
import { Failed } from "./Failed";
import { fetchFile, get, hand, post, setProof, type Page } from "./link";
import { w } from "./words/words";

type Schemas = components["schemas"];

/** What was signed, for whoever has the code that went to the number on file. */
export function Copies({ page }: { page: Page }) {
  const [isSent, setSent] = useState(false);
  const [isProved, setProved] = useState(false);
  const [isWrong, setWrong] = useState(false);
  const [code, setCode] = useState("");
  const sending = useDoing(async () => {
    await post("/page/code");
    setSent(true);
    setWrong(false);
  });
  const proving = useDoing(async () => {
    const found = await post<Schemas["Proved"]>("/page/proof", { code: code.trim() });
    setWrong(!found.is_proved);
    if (found.token !== null) {
      setProof(found.token);
      setProved(true);
    }
  });
  const words = w();
  return (
    <section class="card stack" aria-labelledby="copies">
      <h2 id="copies">{words.copiesTitle}</h2>
      {isProved ? (
        <List zone={page.timezone} />
      ) : (
        <>
          {page.can_be_reached ? (
            <>
              <p>{page.phone_ending === null ? words.copiesLeadMail : words.copiesLead(page.phone_ending)}</p>
              <Button isBusy={sending.isBusy} onClick={sending.run}>
                {words.sendCode}
              </Button>
            </>
          ) : (
            <p>{words.noReach}</p>
          )}
          <Failed error={sending.error} />
          {isSent && (
            <form
              class="stack"
              onSubmit={(event) => {
                event.preventDefault();
                if (code.trim()) void proving.run();
              }}
            >
              <p role="status">{words.sent}</p>
              <Field
                label={words.yourCode}
                value={code}
                onValue={setCode}
                error={isWrong ? words.wrongCode : undefined}
                inputMode="numeric"
                autocomplete="one-time-code"
                maxLength={8}
                isRequired
              />
              <Failed error={proving.error} />
              <Button kind="primary" size="large" type="submit" isBusy={proving.isBusy}>
                {words.prove}
              </Button>
            </form>
          )}
        </>
      )}
    </section>
  );
}

function List({ zone }: { zone: string }) {
  const found = useLoading("copies", () => get<Schemas["Copies"]>("/page/copies", { byProof: true }));
  const fetching = useDoing(async (id: string) =>
    hand(await fetchFile(`/page/copies/${id}`, { byProof: true }), `${id}.pdf`),
  );
  const words = w();
  if (found.error !== undefined) return <Failed error={found.error} retry={found.reload} />;
  if (found.value === undefined) return <Skeleton lines={2} />;
  if (found.value.items.length === 0) return <p>{words.noCopies}</p>;
  return (
    <ul class="stack">
      {found.value.items.map((one) => (
        <li key={one.id} class="spread">
          <span>{one.signed_at === null ? "" : words.signedOn(day(one.signed_at, zone))}</span>
          {one.is_sealed ? (
            <Button isBusy={fetching.isBusy} onClick={() => fetching.run(one.id)}>
              {words.fetch}
            </Button>
          ) : (
            <span class="soft">{words.notSealed}</span>
          )}
        </li>
      ))}
      <Failed error={fetching.error} />
    </ul>
  );
}
