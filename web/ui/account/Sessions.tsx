import { api, ask, type Schemas } from "../../api/client";
import { Button } from "../Button";
import { ErrorBox } from "../ErrorBox";
import { dayTime } from "../i18n/format";
import { Loaded, useDoing, useLoading } from "../load";
import { toast } from "../Toast";
import { w } from "./words/words";

/** Where one is signed in, and ending it there. */
export function Sessions({ user }: { user: string }) {
  const path = { user_id: user };
  const list = useLoading(user, () => ask(api.GET("/v1/users/{user_id}/sessions", { params: { path } })));
  const words = w().sessions;
  const ending = useDoing(async (session: string | null) => {
    const call =
      session === null
        ? api.DELETE("/v1/users/{user_id}/sessions", { params: { path } })
        : api.DELETE("/v1/users/{user_id}/sessions/{session_id}", { params: { path: { ...path, session_id: session } } });
    await ask(call);
    await list.reload();
    toast(words.ended);
  });
  return (
    <section class="card stack">
      <h2>{words.title}</h2>
      <Loaded from={list} lines={3}>
        {({ items, current }) => (
          <>
            <ul class="list">
              {items.map((one) => (
                <li key={one.id} class="line row spread">
                  <Told session={one} isHere={one.id === current} />
                  {one.id !== current && (
                    <Button
                      label={`${words.end}: ${one.user_agent}`}
                      isBusy={ending.isBusy}
                      onClick={() => ending.run(one.id)}
                    >
                      {words.end}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
            {items.length > 1 && (
              <div class="actions">
                <Button isBusy={ending.isBusy} onClick={() => ending.run(null)}>
                  {words.endOthers}
                </Button>
              </div>
            )}
          </>
        )}
      </Loaded>
      {ending.error !== undefined && <ErrorBox error={ending.error} />}
    </section>
  );
}

function Told({ session, isHere }: { session: Schemas["Session"]; isHere: boolean }) {
  const words = w().sessions;
  return (
    <div>
      <p>
        {session.user_agent || words.unknown} {isHere && <strong>· {words.here}</strong>}
      </p>
      <p class="soft small">{words.since(dayTime(session.opened_at), dayTime(session.last_seen_at))}</p>
    </div>
  );
}
