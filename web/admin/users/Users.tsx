import { useState } from "preact/hooks";

import { api, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { Field, Select } from "../../ui/Field";
import { t } from "../../ui/i18n/words";
import { Loaded } from "../../ui/load";
import { More, useGrowing } from "../../ui/More";
import { to } from "../../ui/route";
import { Table, type Column } from "../../ui/Table";
import { w } from "../words/words";
import { ROLES, type Role } from "./person";
import { Standing } from "./Standing";

const AT_ONCE = 50;

/** Who works here: found by a part of name, user name or badge, by role and by state. */
export function Users() {
  const [text, setText] = useState("");
  const [q, setQ] = useState("");
  const [role, setRole] = useState("");
  const [state, setState] = useState("active");
  const words = w().users;
  const query = {
    limit: AT_ONCE,
    ...(q && { q }),
    ...(role && { role: role as Role }),
    ...(state && { state: state as "active" | "disabled" }),
  };
  const users = useGrowing(JSON.stringify(query), (cursor) =>
    api.GET("/v1/users", { params: { query: { ...query, ...cursor } } }),
  );

  function search(event: Event): void {
    event.preventDefault();
    setQ(text.trim());
  }

  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <a class="button button-primary" href={to("users", "new")}>
          {words.create}
        </a>
      </div>
      <form class="card filters" role="search" onSubmit={search} noValidate>
        <Field
          label={words.find}
          type="search"
          autocomplete="off"
          spellcheck={false}
          maxLength={100}
          dir="auto"
          value={text}
          onValue={setText}
        />
        <Select
          label={words.role}
          value={role}
          onValue={setRole}
          options={[["", words.anyRole], ...ROLES.map((each) => [each, t().roles[each]] as const)]}
        />
        <Select
          label={words.state}
          value={state}
          onValue={setState}
          options={[
            ["active", words.states.active],
            ["disabled", words.states.disabled],
            ["", words.anyState],
          ]}
        />
        <Button type="submit">{words.search}</Button>
      </form>
      <section class="card" aria-label={words.title}>
        <Loaded from={users.first} lines={8}>
          {() =>
            users.items.length === 0 ? (
              <Empty title={words.none}>{words.noneHint}</Empty>
            ) : (
              <>
                <Table caption={words.title} columns={columns()} rows={users.items} keyOf={(user) => user.id} />
                <More of={users} />
              </>
            )
          }
        </Loaded>
      </section>
    </>
  );
}

function columns(): Column<Schemas["User"]>[] {
  const words = w().users;
  return [
    {
      head: words.name,
      cell: (user) => (
        <a class="strong" href={to("users", user.id)}>
          <bdi>{user.name ?? user.username}</bdi>
        </a>
      ),
    },
    { head: words.username, cell: (user) => <bdi>{user.username}</bdi> },
    { head: words.badge, cell: (user) => <bdi>{user.badge ?? "–"}</bdi> },
    { head: words.roles, cell: (user) => user.roles.map((role) => t().roles[role]).join(" · ") },
    { head: words.state, cell: (user) => <Standing user={user} /> },
  ];
}
