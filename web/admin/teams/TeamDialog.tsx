import { useState } from "preact/hooks";

import { api, ask, keyed, on, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { Button } from "../../ui/Button";
import { Checks } from "../../ui/Checks";
import { Dialog } from "../../ui/Dialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field } from "../../ui/Field";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { nameOf, type User } from "../people";
import { w } from "../words/words";

/** A new team, or who belongs to one. */
export function TeamDialog(props: {
  team: Schemas["Team"] | null;
  people: readonly User[];
  onSaved: () => Promise<void>;
  onClose: () => void;
}) {
  const { team, people } = props;
  const [name, setName] = useState("");
  const [members, setMembers] = useState<ReadonlySet<string>>(() => new Set(team?.members));
  const [isAsked, setAsked] = useState(false);
  const words = w().teams;

  const saving = useDoing(async () => {
    const chosen = people.map((user) => user.id).filter((id) => members.has(id));
    if (team) {
      const params = { path: { team_id: team.id }, header: on(team) };
      await ask(api.PUT("/v1/teams/{team_id}/members", { params, body: { members: chosen } }));
    } else {
      const body = { name: name.trim(), members: chosen };
      await ask(api.POST("/v1/teams", { params: { header: keyed }, body }));
    }
    await props.onSaved();
  });
  const isTaken = !team && saving.error instanceof Problem && saving.error.status === 409;

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setAsked(true);
    if ((team || name.trim()) && (await saving.run())) props.onClose();
  }

  return (
    <Dialog title={team ? words.editOf(team.name) : words.create} onClose={props.onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        {!team && (
          <Field
            label={words.name}
            value={name}
            onValue={setName}
            error={isAsked && !name.trim() ? t().required : isTaken ? words.taken : undefined}
            maxLength={100}
            dir="auto"
            autocomplete="off"
            isRequired
          />
        )}
        <Checks
          label={words.members}
          choices={people.map((user) => ({
            value: user.id,
            word: nameOf(user),
            hint: user.roles.map((role) => t().roles[role]).join(" · "),
          }))}
          chosen={members}
          onChosen={setMembers}
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
