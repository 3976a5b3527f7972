import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { Button } from "../../ui/Button";
import { Checks } from "../../ui/Checks";
import { Dialog } from "../../ui/Dialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field } from "../../ui/Field";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { w } from "../words/words";
import { scopeInWords } from "./scopes";

/** A new program, or what one may do: new scopes bind at its next request. */
export function ServiceDialog(props: {
  account: Schemas["ServiceAccount"] | null;
  scopes: readonly string[];
  onSaved: () => Promise<void>;
  onClose: () => void;
}) {
  const { account } = props;
  const words = w().services;
  const [name, setName] = useState(account?.name ?? "");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(account?.scopes));
  const [isAsked, setAsked] = useState(false);
  const lacks = { name: !name.trim(), scopes: chosen.size === 0 };

  const saving = useDoing(async () => {
    const body = { name: name.trim(), scopes: [...chosen].sort() };
    if (account) {
      const params = { path: { account_id: account.id }, header: { "If-Match": `"${account.version}"` } };
      await ask(api.PATCH("/v1/service-accounts/{account_id}", { params, body }));
    } else {
      await ask(api.POST("/v1/service-accounts", { params: { header: keyed }, body }));
    }
    await props.onSaved();
  });
  const isTaken = saving.error instanceof Problem && saving.error.status === 409;

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setAsked(true);
    if (!lacks.name && !lacks.scopes && (await saving.run())) props.onClose();
  }

  return (
    <Dialog title={account ? words.editOf(account.name) : words.create} onClose={props.onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        <Field
          label={words.name}
          hint={words.nameHint}
          value={name}
          onValue={setName}
          error={isAsked && lacks.name ? t().required : isTaken ? words.taken : undefined}
          maxLength={100}
          dir="auto"
          autocomplete="off"
          isRequired
        />
        <Checks
          label={words.may}
          choices={props.scopes.map((scope) => ({ value: scope, word: scopeInWords(scope), hint: scope }))}
          chosen={chosen}
          onChosen={setChosen}
          error={isAsked && lacks.scopes ? words.noScope : undefined}
          isDense
        />
        {saving.error !== undefined && !isTaken && <ErrorBox error={saving.error} />}
        <div class="actions">
          <Button kind="primary" type="submit" isBusy={saving.isBusy}>
            {words.save}
          </Button>
          <Button onClick={props.onClose}>{t().cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
