import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { calendarDay, date, dayTime } from "../../ui/i18n/format";
import { Loaded, useDoing, useLoading } from "../../ui/load";
import { ShownOnce } from "../../ui/ShownOnce";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";

type Account = Schemas["ServiceAccount"];
type Key = Schemas["ServiceKey"];

/** The keys of a program. A new one is shown once; the old one of a pair stays good for a day. */
export function Keys(props: { account: Account; onChange: () => Promise<void>; onEdit: () => void }) {
  const { account } = props;
  const words = w().services;
  const path = { account_id: account.id };
  const keys = useLoading(account.id, () => ask(api.GET("/v1/service-accounts/{account_id}/keys", { params: { path } })));
  const [shown, setShown] = useState<string | null>(null);
  const [revoked, setRevoked] = useState<Key | null>(null);
  const [isClosing, setClosing] = useState(false);

  const issuing = useDoing(async (before?: Key) => {
    const header = keyed;
    const issued = before
      ? await ask(
          api.POST("/v1/service-accounts/{account_id}/keys/{key_id}/rotate", {
            params: { path: { ...path, key_id: before.id }, header },
            body: {},
          }),
        )
      : await ask(api.POST("/v1/service-accounts/{account_id}/keys", { params: { path, header }, body: {} }));
    setShown(issued.key);
    await keys.reload();
  });

  async function revoke(key: Key): Promise<void> {
    const params = { path: { ...path, key_id: key.id }, header: keyed };
    await ask(api.POST("/v1/service-accounts/{account_id}/keys/{key_id}/revoke", { params }));
    toast(words.revoked);
    await keys.reload();
  }

  async function close(): Promise<void> {
    const params = { path, header: { ...keyed, "If-Match": `"${account.version}"` } };
    await ask(api.POST("/v1/service-accounts/{account_id}/disable", { params }));
    toast(words.closed);
    await props.onChange();
  }

  const isOpen = account.state === "active";
  return (
    <>
      <Loaded from={keys} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="soft">{words.noKey}</p>
          ) : (
            <ul class="list">
              {items.map((key) => (
                <li key={key.id} class="line row spread">
                  <span>
                    <span class="mono">…{key.hint}</span> {words.keyStates[key.state] ?? key.state}
                    <br />
                    <span class="soft small">
                      {words.good(date(calendarDay(key.issued_at)), date(calendarDay(key.expires_at)))}
                      {" · "}
                      {key.last_used_at ? words.lastUsed(dayTime(key.last_used_at)) : words.neverUsed}
                    </span>
                  </span>
                  {isOpen && key.state === "active" && (
                    <span class="actions">
                      <Button onClick={() => issuing.run(key)} isBusy={issuing.isBusy} label={words.rotateOf(key.hint)}>
                        {words.rotate}
                      </Button>
                      <Button kind="danger" onClick={() => setRevoked(key)} label={words.revokeOf(key.hint)}>
                        {words.revoke}
                      </Button>
                    </span>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {shown && <ShownOnce label={words.key} secret={shown} hint={words.keyHint} />}
      {issuing.error !== undefined && <ErrorBox error={issuing.error} />}
      {isOpen && (
        <div class="actions">
          <Button onClick={() => issuing.run()} isBusy={issuing.isBusy} label={words.issueFor(account.name)}>
            {words.issue}
          </Button>
          <Button onClick={props.onEdit} label={words.editOf(account.name)}>
            {words.edit}
          </Button>
          <Button kind="quiet" onClick={() => setClosing(true)} label={words.closeOf(account.name)}>
            {words.close}
          </Button>
        </div>
      )}
      {revoked && (
        <ConfirmDialog
          title={words.revokeOf(revoked.hint)}
          go={words.revoke}
          onGo={() => revoke(revoked)}
          onClose={() => setRevoked(null)}
        >
          <p>{words.revokeText}</p>
        </ConfirmDialog>
      )}
      {isClosing && (
        <ConfirmDialog
          title={words.closeOf(account.name)}
          go={words.close}
          onGo={close}
          onClose={() => setClosing(false)}
        >
          <p>{words.closeText}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
