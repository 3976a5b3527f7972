import { useState } from "preact/hooks";

import { api, ask, type Schemas } from "../../api/client";
import { agentInWords } from "../../core/agent";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { Empty } from "../../ui/Empty";
import { ErrorBox } from "../../ui/ErrorBox";
import { dayTime } from "../../ui/i18n/format";
import { Loaded, useDoing, useLoading } from "../../ui/load";
import { StatusChip } from "../../ui/StatusChip";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";

/** Where a person is signed in, each to be ended: a lost phone opens nothing any more. */
export function Sessions({ userId }: { userId: string }) {
  const path = { user_id: userId };
  const living = useLoading(userId, () => ask(api.GET("/v1/users/{user_id}/sessions", { params: { path } })));
  const [isEnding, setEnding] = useState(false);
  const words = w().sessions;

  async function endAll(): Promise<void> {
    await ask(api.DELETE("/v1/users/{user_id}/sessions", { params: { path } }));
    toast(words.allEnded);
    await living.reload();
  }

  return (
    <section class="card" aria-labelledby="sessions">
      <h2 id="sessions">{words.title}</h2>
      <Loaded from={living}>
        {({ items, current }) =>
          items.length === 0 ? (
            <Empty title={words.none} />
          ) : (
            <>
              <ul class="list">
                {items.map((each) => (
                  <SessionLine
                    key={each.id}
                    userId={userId}
                    session={each}
                    isOwn={each.id === current}
                    onEnd={living.reload}
                  />
                ))}
              </ul>
              {items.some((each) => each.id !== current) && (
                <Button kind="quiet" onClick={() => setEnding(true)}>
                  {current === null ? words.endAll : words.endOthers}
                </Button>
              )}
            </>
          )
        }
      </Loaded>
      {isEnding && (
        <ConfirmDialog title={words.endAll} go={words.endAll} onGo={endAll} onClose={() => setEnding(false)}>
          <p>{words.endAllText}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

function SessionLine(props: {
  userId: string;
  session: Schemas["Session"];
  isOwn: boolean;
  onEnd: () => Promise<void>;
}) {
  const { session, isOwn } = props;
  const words = w().sessions;
  const ending = useDoing(async () => {
    const path = { user_id: props.userId, session_id: session.id };
    await ask(api.DELETE("/v1/users/{user_id}/sessions/{session_id}", { params: { path } }));
    toast(words.ended);
    await props.onEnd();
  });
  const agent = agentInWords(session.user_agent) ?? words.unknownAgent;
  return (
    <li class="line">
      <div class="row spread">
        <div>
          <p class="strong">{agent}</p>
          <p class="soft small">{words.times(dayTime(session.opened_at), dayTime(session.last_seen_at))}</p>
        </div>
        {isOwn ? (
          <StatusChip tone="green" word={words.own} />
        ) : (
          <Button onClick={ending.run} isBusy={ending.isBusy} label={words.endOf(agent)}>
            {words.end}
          </Button>
        )}
      </div>
      {ending.error !== undefined && <ErrorBox error={ending.error} />}
    </li>
  );
}
