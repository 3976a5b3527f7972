import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

const WIDTH = 1920;

export interface Torch {
  isOn: boolean;
  flip: () => void;
}

/** The camera of the back, shown in `video` while the part is on the screen; `missing` where it may not be used. */
export function useCamera(video: RefObject<HTMLVideoElement | null>): {
  state: "starting" | "ready" | "missing";
  torch: Torch | null;
} {
  const [state, setState] = useState<"starting" | "ready" | "missing">("starting");
  const [track, setTrack] = useState<MediaStreamTrack | null>(null);
  const [isOn, setOn] = useState(false);

  useEffect(() => {
    let stream: MediaStream | null = null;
    let isGone = false;
    async function start(): Promise<void> {
      const wanted = { video: { facingMode: "environment", width: { ideal: WIDTH } }, audio: false };
      stream = await navigator.mediaDevices.getUserMedia(wanted);
      if (isGone || !video.current) return stop(stream);
      video.current.srcObject = stream;
      await video.current.play();
      setTrack(stream.getVideoTracks()[0] ?? null);
      setState("ready");
    }
    start().catch(() => {
      if (!isGone) setState("missing");
    });
    return () => {
      isGone = true;
      if (stream) stop(stream);
    };
  }, []);

  const abilities = track?.getCapabilities?.() as { torch?: boolean } | undefined;
  const torch = abilities?.torch
    ? {
        isOn,
        flip: () => {
          const wish = { advanced: [{ torch: !isOn } as MediaTrackConstraintSet] };
          void track?.applyConstraints(wish).then(() => setOn(!isOn));
        },
      }
    : null;
  return { state, torch };
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
