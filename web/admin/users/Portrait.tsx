import { useEffect, useId, useState } from "preact/hooks";

import { api, ask, fetchBlob, type Schemas } from "../../api/client";
import { upload } from "../../api/upload";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { dayTime } from "../../ui/i18n/format";
import { Loaded, useDoing, useLoading } from "../../ui/load";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";

interface Shown {
  portrait: Schemas["Portrait"];
  picture: Blob;
}

/** The picture by which customers know this person at the door. */
export function Portrait({ userId }: { userId: string }) {
  const found = useLoading(`portrait ${userId}`, () => load(userId));
  const words = w().portrait;
  return (
    <section class="card stack" aria-labelledby="portrait">
      <h2 id="portrait">{words.title}</h2>
      <p class="soft small">{words.lead}</p>
      <Loaded from={found} lines={4}>
        {({ shown }) => <Current userId={userId} shown={shown} onChange={found.reload} />}
      </Loaded>
    </section>
  );
}

function Current(props: { userId: string; shown: Shown | null; onChange: () => Promise<void> }) {
  const { userId, shown, onChange } = props;
  const [isRemoving, setRemoving] = useState(false);
  const id = useId();
  const words = w().portrait;
  const taking = useDoing(async (file: File) => {
    await upload(`/v1/users/${userId}/portrait`, file, () => undefined, new AbortController().signal);
    toast(words.taken);
    await onChange();
  });

  return (
    <>
      {shown ? (
        <div class="portrait">
          <Picture of={shown.picture} />
          <p class="soft small">{words.since(dayTime(shown.portrait.taken_at))}</p>
        </div>
      ) : (
        <p>{words.none}</p>
      )}
      {taking.error !== undefined && <ErrorBox error={taking.error} />}
      <input
        id={id}
        class="sr-only file-input"
        type="file"
        accept="image/jpeg,image/png"
        disabled={taking.isBusy}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = ""; // so that the same file can be chosen again after an error
          if (file) void taking.run(file);
        }}
      />
      <div class="actions">
        <label class="button button-plain button-normal" for={id}>
          {taking.isBusy ? words.taking : shown ? words.replace : words.take}
        </label>
        {shown && (
          <Button kind="danger" onClick={() => setRemoving(true)}>
            {words.remove}
          </Button>
        )}
      </div>
      <p id={`${id}-hint`} class="field-hint">
        {words.hint}
      </p>
      {isRemoving && (
        <ConfirmDialog
          title={words.remove}
          go={words.removeGo}
          onGo={async () => {
            await ask(api.DELETE("/v1/users/{user_id}/portrait", { params: { path: { user_id: userId } } }));
            toast(words.removed);
            await onChange();
          }}
          onClose={() => setRemoving(false)}
        >
          <p>{words.removeText}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function Picture({ of: picture }: { of: Blob }) {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(picture);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return address === null ? null : <img src={address} width={160} height={160} alt={w().portrait.alt} />;
}

async function load(userId: string): Promise<{ shown: Shown | null }> {
  const path = { user_id: userId };
  const { items } = await ask(api.GET("/v1/users/{user_id}/portraits", { params: { path } }));
  const portrait = items.find((one) => one.state === "current");
  if (portrait === undefined) return { shown: null };
  return { shown: { portrait, picture: await fetchBlob(`/v1/users/${userId}/portrait`) } };
}
