import { useState } from "preact/hooks";

import { api, ask, type Schemas } from "../../api/client";
import { t } from "../../ui/i18n/words";
import { Loaded, useLoading } from "../../ui/load";
import { learnWhoIAm, me } from "../../ui/me";
import { to } from "../../ui/route";
import { w } from "../words/words";
import { Access } from "./Access";
import { Portrait } from "./Portrait";
import { Profile } from "./Profile";
import { Sessions } from "./Sessions";
import { Standing } from "./Standing";

/** One person: who they are, what they may do, and how they come in. */
export function UserPage({ userId }: { userId: string }) {
  const found = useLoading(userId, () => load(userId));
  return (
    <>
      <p>
        <a href={to("users")}>← {w().users.title}</a>
      </p>
      <Loaded from={found} lines={8}>
        {(user) => <Person key={user.id} found={user} />}
      </Loaded>
    </>
  );
}

function Person({ found }: { found: Schemas["User"] }) {
  const [user, setUser] = useState(found);
  const [opened, setOpened] = useState(0);
  const isActive = user.state === "active";

  function take(changed: Schemas["User"]): void {
    setUser(changed);
    // Who changes their own roles sees at once what they may do now.
    if (changed.id === me.value?.user) void learnWhoIAm();
  }

  async function look(): Promise<void> {
    take(await load(user.id));
    setOpened(opened + 1);
  }

  return (
    <>
      <div class="page-head">
        <h1>
          <bdi>{user.name ?? user.username}</bdi>
        </h1>
        <Standing user={user} />
      </div>
      <div class="halves">
        {isActive ? <Profile user={user} onSaved={take} load={() => load(user.id)} /> : <Facts user={user} />}
        <div class="stack">
          <Access user={user} onChange={look} />
          {isActive && user.roles.includes("collector") && <Portrait userId={user.id} />}
          {isActive && <Sessions key={opened} userId={user.id} />}
        </div>
      </div>
    </>
  );
}

function Facts({ user }: { user: Schemas["User"] }) {
  const words = w().users;
  return (
    <section class="card" aria-labelledby="profile">
      <h2 id="profile">{words.profile}</h2>
      <dl class="facts">
        <dt>{words.username}</dt>
        <dd>
          <bdi>{user.username}</bdi>
        </dd>
        <dt>{words.badge}</dt>
        <dd>
          <bdi>{user.badge ?? "–"}</bdi>
        </dd>
        <dt>{words.roles}</dt>
        <dd>{user.roles.map((role) => t().roles[role]).join(" · ")}</dd>
      </dl>
    </section>
  );
}

function load(userId: string): Promise<Schemas["User"]> {
  return ask(api.GET("/v1/users/{user_id}", { params: { path: { user_id: userId } } }));
}
