import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { every } from "../../api/pages";
import { Button } from "../Button";
import { Dialog } from "../Dialog";
import { ErrorBox } from "../ErrorBox";
import { Select } from "../Field";
import { time } from "../i18n/format";
import { t } from "../i18n/words";
import { Loaded, useDoing, useLoading } from "../load";
import { ShownOnce } from "../ShownOnce";
import { w } from "./words";

/** A code for one phone of one person, drawn to be scanned; it is shown this once. */
export function Invite({ onClose }: { onClose: () => void }) {
  const words = w();
  const people = useLoading("collectors", () =>
    every((cursor) =>
      api.GET("/v1/users", { params: { query: { role: "collector", state: "active", limit: 200, ...cursor } } }),
    ),
  );
  const [userId, setUserId] = useState("");
  const [invited, setInvited] = useState<Schemas["Invitation"] | null>(null);
  const [isAsked, setAsked] = useState(false);
  const inviting = useDoing(async () => {
    const params = { header: keyed };
    setInvited(await ask(api.POST("/v1/devices/enrolments", { params, body: { user_id: userId } })));
  });

  function submit(event: Event): void {
    event.preventDefault();
    setAsked(true);
    if (userId) void inviting.run();
  }

  return (
    <Dialog title={words.enrol} onClose={onClose}>
      {invited ? (
        <Code invited={invited} />
      ) : (
        <Loaded from={people}>
          {(items) => (
            <form class="stack" onSubmit={submit} noValidate>
              <Select
                label={words.whose}
                value={userId}
                onValue={setUserId}
                options={[["", words.choose], ...items.map((user) => [user.id, user.name ?? user.username] as const)]}
                error={isAsked && !userId ? t().required : undefined}
                isRequired
              />
              {inviting.error !== undefined && <ErrorBox error={inviting.error} />}
              <Button kind="primary" type="submit" isBusy={inviting.isBusy}>
                {words.makeCode}
              </Button>
            </form>
          )}
        </Loaded>
      )}
    </Dialog>
  );
}

function Code({ invited }: { invited: Schemas["Invitation"] }) {
  const words = w();
  return (
    <div class="stack">
      <p>{words.scan(time(invited.expires_at))}</p>
      <img
        class="qr"
        width={240}
        height={240}
        alt={words.qr}
        src={`data:image/svg+xml,${encodeURIComponent(invited.qr_svg)}`}
      />
      <ShownOnce label={words.link} secret={invited.url} hint={words.linkHint} />
    </div>
  );
}
