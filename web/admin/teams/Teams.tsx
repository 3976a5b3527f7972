import { useState } from "preact/hooks";

import { api, ask, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { t } from "../../ui/i18n/words";
import { Loaded, useLoading } from "../../ui/load";
import { to } from "../../ui/route";
import { toast } from "../../ui/Toast";
import { everybody, nameOf, type User } from "../people";
import { w } from "../words/words";
import { TeamDialog } from "./TeamDialog";

type Team = Schemas["Team"];

/** Who works with whom: each team with its people, and who belongs to none. */
export function Teams() {
  const loaded = useLoading("teams", load);
  const [edited, setEdited] = useState<Team | "new" | null>(null);
  const words = w().teams;

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
      <Loaded from={loaded} lines={6}>
        {({ teams, people }) => (
          <>
            {teams.length === 0 && <Empty title={words.none}>{words.noneHint}</Empty>}
            <div class="teams">
              {teams.map((team) => (
                <TeamCard key={team.id} team={team} people={people} onEdit={() => setEdited(team)} />
              ))}
              <Without teams={teams} people={people} />
            </div>
            {edited && (
              <TeamDialog
                team={edited === "new" ? null : edited}
                people={people}
                onSaved={done}
                onClose={() => setEdited(null)}
              />
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

async function load() {
  const [{ items: teams }, people] = await Promise.all([ask(api.GET("/v1/teams")), everybody()]);
  return { teams, people };
}

function TeamCard(props: { team: Team; people: readonly User[]; onEdit: () => void }) {
  const { team, people } = props;
  const words = w().teams;
  const members = people.filter((user) => team.members.includes(user.id));
  return (
    <section class="card stack" aria-labelledby={team.id}>
      <div class="row spread">
        <h2 id={team.id}>
          <bdi>{team.name}</bdi> <span class="soft">{words.count(members.length)}</span>
        </h2>
        <Button onClick={props.onEdit} label={words.editOf(team.name)}>
          {words.edit}
        </Button>
      </div>
      {members.length === 0 ? <Empty title={words.nobody} /> : <Members members={members} />}
    </section>
  );
}

/** Those in the field who belong to no team: their supervisor sees none of their cases. */
function Without({ teams, people }: { teams: readonly Team[]; people: readonly User[] }) {
  const placed = new Set(teams.flatMap((team) => team.members));
  const alone = people.filter((user) => user.roles.includes("collector") && !placed.has(user.id));
  if (alone.length === 0) return null;
  return (
    <section class="card stack" aria-labelledby="without">
      <h2 id="without">
        {w().teams.without} <span class="soft">{w().teams.count(alone.length)}</span>
      </h2>
      <Members members={alone} />
    </section>
  );
}

function Members({ members }: { members: readonly User[] }) {
  return (
    <ul class="list">
      {members.map((user) => (
        <li key={user.id} class="line row spread">
          <a href={to("users", user.id)}>
            <bdi>{nameOf(user)}</bdi>
          </a>
          <span class="soft small">
            {user.roles.map((role) => t().roles[role]).join(" · ")} <bdi>{user.badge}</bdi>
          </span>
        </li>
      ))}
    </ul>
  );
}
