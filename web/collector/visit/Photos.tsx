import { useEffect, useRef, useState } from "preact/hooks";

import { api, ask, keyed } from "../../api/client";
import { send } from "../../api/network";
import { problemOf } from "../../api/problem";
import { sha256 } from "../../core/digest";
import { md5 } from "../../core/md5";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { StatusChip } from "../../ui/StatusChip";
import { toast } from "../../ui/Toast";
import type { Visit } from "../day";
import { w } from "./words/words";

const LONGEST_SIDE = 1600;
const QUALITY = 0.8;
/** These bytes are stored already: to us that is success. */
const ALREADY_THERE = 412;

/** Photographs are taken in the page: there is no way from a gallery to here. */
export function Photos({ visit, onVisit }: { visit: Visit; onVisit: (visit: Visit) => void }) {
  const words = w();
  const [isOpen, setOpen] = useState(false);
  return (
    <section class="card stack-s" aria-labelledby="photos">
      <div class="row spread">
        <h2 id="photos">{words.steps.photo}</h2>
        {visit.files.length > 0 && <StatusChip tone="green" word={words.photos(visit.files.length)} />}
      </div>
      <p class="soft small">{words.photoHint}</p>
      <Button size="large" onClick={() => setOpen(true)}>
        {words.photo}
      </Button>
      {isOpen && (
        <Dialog title={words.photo} onClose={() => setOpen(false)}>
          <Camera
            visit={visit}
            onDone={(changed) => {
              onVisit(changed);
              setOpen(false);
            }}
          />
        </Dialog>
      )}
    </section>
  );
}

function Camera({ visit, onDone }: { visit: Visit; onDone: (visit: Visit) => void }) {
  const words = w();
  const video = useRef<HTMLVideoElement>(null);
  const [isMissing, setMissing] = useState(false);
  const [isReady, setReady] = useState(false);
  const [shot, setShot] = useState<{ blob: Blob; url: string } | null>(null);

  useEffect(() => {
    let stream: MediaStream | null = null;
    let isGone = false;
    const wanted = { video: { facingMode: "environment", width: { ideal: LONGEST_SIDE } }, audio: false };
    const camera = navigator.mediaDevices?.getUserMedia(wanted) ?? Promise.reject(new Error("no camera"));
    camera.then(
      (found) => {
        stream = found;
        if (isGone) stop(found);
        else if (video.current) video.current.srcObject = found;
      },
      () => setMissing(true),
    );
    return () => {
      isGone = true;
      if (stream) stop(stream);
    };
  }, []);

  async function shoot(): Promise<void> {
    const source = video.current;
    if (!source) return;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(source.videoWidth, source.videoHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(source.videoWidth * scale);
    canvas.height = Math.round(source.videoHeight * scale);
    canvas.getContext("2d")?.drawImage(source, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    if (blob) setShot({ blob, url: URL.createObjectURL(blob) });
  }

  function again(): void {
    if (shot) URL.revokeObjectURL(shot.url);
    setShot(null);
  }

  const sending = useDoing(async () => {
    if (!shot) return;
    const changed = await store(visit, shot.blob);
    again();
    toast(words.photoSaved);
    onDone(changed);
  });

  if (isMissing) return <p class="note note-amber">{words.noCamera}</p>;
  return (
    <div class="stack-s">
      <video
        ref={video}
        class="viewfinder"
        hidden={shot !== null}
        aria-label={words.viewfinder}
        autoplay
        muted
        playsInline
        onLoadedData={() => setReady(true)}
      />
      {shot && <img class="viewfinder" src={shot.url} alt={words.preview} />}
      {sending.error !== undefined && <ErrorBox error={sending.error} />}
      {shot ? (
        <div class="actions">
          <Button kind="primary" size="large" onClick={sending.run} isBusy={sending.isBusy}>
            {sending.isBusy ? words.sending : words.use}
          </Button>
          <Button size="large" onClick={again}>
            {words.retake}
          </Button>
        </div>
      ) : (
        <Button kind="primary" size="large" onClick={shoot} isDisabled={!isReady}>
          {isReady ? words.shoot : t().loading}
        </Button>
      )}
    </div>
  );
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** The photograph is announced by its hash, then its bytes are sent by the ticket that comes back. */
async function store(visit: Visit, blob: Blob): Promise<Visit> {
  const bytes = await blob.arrayBuffer();
  const body = {
    sha256: await sha256(bytes),
    md5: md5(new Uint8Array(bytes)),
    length: bytes.byteLength,
    content_type: "image/jpeg",
    kind: "photo",
  } as const;
  const params = { path: { visit_id: visit.id }, header: keyed };
  const announced = await ask(api.POST("/v1/visits/{visit_id}/photos", { params, body }));
  const { ticket } = announced;
  if (ticket) {
    const headers = Object.fromEntries(Object.entries(ticket.headers).filter(([name]) => !isTheBrowsers(name)));
    const url = new URL(ticket.url, location.origin);
    const response = await send(new Request(url, { method: ticket.method, headers, body: bytes }));
    if (!response.ok && response.status !== ALREADY_THERE) throw await problemOf(response);
  }
  return announced.visit;
}

/** Headers that the browser writes by itself, and lets nobody else write. */
function isTheBrowsers(name: string): boolean {
  return ["content-length", "host"].includes(name.toLowerCase());
}
