import { useEffect, useRef, useState } from "preact/hooks";

import { original } from "../../core/picture";
import { serverNow } from "../../store/now";
import type { Visit } from "../../store/visit";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { ErrorBox } from "../../ui/ErrorBox";
import { dayTime } from "../../ui/i18n/format";
import { first } from "../../ui/i18n/first";
import { useDoing } from "../../ui/load";
import { to } from "../../ui/route";
import { callOf, calls, zoneOf, type Call } from "../day";
import { Skeleton } from "../../ui/Skeleton";
import { keepPhoto } from "./keepPhoto";
import { NobodyHome } from "./NobodyHome";
import { Thumb } from "./Thumb";
import { useCamera } from "./useCamera";
import { WithReach } from "./WithReach";
import { w } from "./words/words";

/** Photographs are taken in the page: it stays in front, nothing of the gallery comes in, and each is saved at once. */
export function CameraPage({ appointmentId }: { appointmentId: string }) {
  const words = w();
  const call = callOf(appointmentId);
  const visit = call?.visit;
  return (
    <>
      {calls.value === null ? (
        <Skeleton lines={4} />
      ) : call && visit?.state === "arrived" ? (
        <Camera call={call} visit={visit} />
      ) : (
        <>
          <Back to={appointmentId} />
          <Empty title={words.arriveFirst} />
        </>
      )}
    </>
  );
}

function Back({ to: appointmentId }: { to: string }) {
  return (
    <p class="back">
      <a href={to("visits", appointmentId)}>‹ {w().backToVisit}</a>
    </p>
  );
}

function Camera({ call: { stop }, visit }: { call: Call; visit: Visit }) {
  const words = w();
  const video = useRef<HTMLVideoElement>(null);
  const { state, torch } = useCamera(video);
  const [shown, setShown] = useState<string | null>(null);
  const lines = [dayTime(serverNow(), zoneOf(stop)), stop.case.reference];

  const shooting = useDoing(async () => {
    const drawing = video.current;
    if (!drawing) return;
    setShown(await keepPhoto(visit, { blob: await original(drawing), drawing, from: "camera", lines }));
  });
  const picking = useDoing(async (blob: Blob) => {
    const drawing = await createImageBitmap(blob);
    setShown(await keepPhoto(visit, { blob, drawing, from: "picker", lines }));
  });
  const failure = shooting.error ?? picking.error;

  const ways = shown ? (
    <>
      <NobodyHome visit={visit} />
      <Button size="large" onClick={() => setShown(null)}>
        {words.another}
      </Button>
      <a class="button button-primary button-large" href={to("visits", stop.id)}>
        {words.goOn}
      </a>
    </>
  ) : state === "missing" ? (
    <Picker onFile={picking.run} isBusy={picking.isBusy} />
  ) : (
    <>
      {torch && (
        <Button size="large" onClick={torch.flip}>
          {torch.isOn ? words.torchOff : words.torchOn}
        </Button>
      )}
      <Button kind="primary" size="large" onClick={shooting.run} isBusy={shooting.isBusy} isDisabled={state !== "ready"}>
        {state === "ready" ? words.shoot : first().loading}
      </Button>
    </>
  );
  return (
    <WithReach reach={ways}>
      <Back to={stop.id} />
      <h1>{words.photo}</h1>
      <p class="soft small">{words.photoHint}</p>
      <div hidden={shown !== null || state === "missing"}>
        <video ref={video} class="viewfinder" aria-label={words.viewfinder} autoplay muted playsInline />
      </div>
      {shown && <Thumb sha256={shown} label={words.preview} isLarge />}
      {shown && (
        <p class="note note-green" role="status">
          {words.saved(visit.photos.length)}
        </p>
      )}
      {state === "missing" && !shown && <p class="note note-amber">{words.noCamera}</p>}
      {failure !== undefined && <ErrorBox error={failure} />}
    </WithReach>
  );
}

/** Where the page may not use the camera: the phone's own, which is recorded as what it is. */
function Picker({ onFile, isBusy }: { onFile: (file: Blob) => unknown; isBusy: boolean }) {
  const words = w();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.setAttribute("capture", "environment");
  }, []);
  return (
    <label class="button button-primary button-large picker" aria-busy={isBusy}>
      {words.pick}
      <input
        ref={input}
        class="sr-only"
        type="file"
        accept="image/jpeg,image/png"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) onFile(file);
        }}
      />
    </label>
  );
}
