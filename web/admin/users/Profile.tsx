import { useState } from "preact/hooks";

import { api, ask, on, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { Button } from "../../ui/Button";
import { ErrorBox } from "../../ui/ErrorBox";
import { useDoing } from "../../ui/load";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";
import { Clash } from "./Clash";
import { changesOf, differing, personOf, type Person } from "./person";
import { isComplete, PersonFields } from "./PersonFields";

/** Who a person is and what they may do. If somebody else was quicker, both versions are shown to choose from. */
export function Profile(props: {
  user: Schemas["User"];
  onSaved: (user: Schemas["User"]) => void;
  load: () => Promise<Schemas["User"]>;
}) {
  const { user, onSaved, load } = props;
  const [person, setPerson] = useState(() => personOf(user));
  const [isAsked, setAsked] = useState(false);
  const [theirs, setTheirs] = useState<Schemas["User"] | null>(null);
  const words = w().users;

  async function save(wanted: Person, base: Schemas["User"]): Promise<void> {
    const body = changesOf(wanted, base);
    const saved = Object.keys(body).length === 0 ? base : await patch(base, body);
    if (saved !== null) {
      setTheirs(null);
      setPerson(personOf(saved));
      onSaved(saved);
      toast(words.saved);
      return;
    }
    const now = await load();
    if (now.state !== base.state) onSaved(now);
    // They chose a password, say: nothing that was decided on here is different.
    else if (differing(personOf(now), personOf(base)).length === 0) await save(wanted, now);
    else setTheirs(now);
  }

  const saving = useDoing(save);

  function submit(event: Event): void {
    event.preventDefault();
    setAsked(true);
    if (isComplete(person)) void saving.run(person, user);
  }

  return (
    <form class="card stack" onSubmit={submit} noValidate aria-labelledby="profile">
      <div class="row spread">
        <h2 id="profile">{words.profile}</h2>
        <bdi class="soft">{user.username}</bdi>
      </div>
      <PersonFields person={person} onPerson={setPerson} isAsked={isAsked} />
      {saving.error !== undefined && (
        <ErrorBox error={saving.error}>
          {isLastAdministrator(saving.error, user) && <p class="strong">{words.lastAdmin}</p>}
        </ErrorBox>
      )}
      <div class="actions">
        <Button kind="primary" type="submit" isBusy={saving.isBusy}>
          {words.save}
        </Button>
      </div>
      {theirs && (
        <Clash
          key={theirs.version}
          base={personOf(user)}
          mine={person}
          theirs={personOf(theirs)}
          onChosen={async (chosen) => {
            setPerson(chosen);
            await saving.run(chosen, theirs);
          }}
          onClose={() => setTheirs(null)}
        />
      )}
    </form>
  );
}

/** Nothing else makes a change of somebody active impossible. */
function isLastAdministrator(error: unknown, user: Schemas["User"]): boolean {
  return error instanceof Problem && error.code === "illegal" && user.roles.includes("admin");
}

/** The changed person; null if somebody changed them since `base` was read. */
async function patch(base: Schemas["User"], body: Schemas["UserUpdate"]): Promise<Schemas["User"] | null> {
  const params = { path: { user_id: base.id }, header: on(base) };
  try {
    return await ask(api.PATCH("/v1/users/{user_id}", { params, body }));
  } catch (error) {
    if (error instanceof Problem && error.status === 412) return null;
    throw error;
  }
}
