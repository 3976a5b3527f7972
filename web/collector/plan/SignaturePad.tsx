import { useEffect, useRef } from "preact/hooks";
import Pad from "signature_pad";

import type { Schemas } from "../../api/client";
import { Button } from "../../ui/Button";

export type Drawn = Schemas["Strokes"];

/** Where a finger signs. Gives what was drawn, exactly as the phone recorded it, or null while it is blank. */
export function SignaturePad(props: { label: string; clear: string; onDrawn: (drawn: Drawn | null) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pad = useRef<Pad | null>(null);
  const tell = useRef(props.onDrawn);
  tell.current = props.onDrawn;

  useEffect(() => {
    const place = canvas.current;
    if (!place) return;
    const drawing = new Pad(place, { penColor: "#14213d" });
    pad.current = drawing;
    fit(place, drawing);
    const told = () => tell.current(recorded(place, drawing));
    drawing.addEventListener("endStroke", told);
    // A turned phone has another canvas: what was drawn on the old one cannot be told in its pixels.
    const watched = new ResizeObserver(() => {
      if (Math.round(place.clientWidth) === widthOf(place)) return;
      fit(place, drawing);
      tell.current(null);
    });
    watched.observe(place);
    return () => {
      watched.disconnect();
      drawing.off();
    };
  }, []);

  function wipe(): void {
    pad.current?.clear();
    props.onDrawn(null);
  }

  return (
    <div class="stack-s">
      <p class="label">{props.label}</p>
      <canvas ref={canvas} class="signature-pad" role="img" aria-label={props.label} />
      <Button kind="quiet" onClick={wipe}>
        {props.clear}
      </Button>
    </div>
  );
}

/** As many dots as the screen has; coordinates stay those of the page. */
function fit(place: HTMLCanvasElement, drawing: Pad): void {
  const ratio = Math.max(devicePixelRatio, 1);
  place.width = place.clientWidth * ratio;
  place.height = place.clientHeight * ratio;
  place.getContext("2d")?.scale(ratio, ratio);
  drawing.clear();
}

function widthOf(place: HTMLCanvasElement): number {
  return Math.round(place.width / Math.max(devicePixelRatio, 1));
}

function recorded(place: HTMLCanvasElement, drawing: Pad): Drawn | null {
  const groups = drawing.toData().filter((group) => group.points.length > 0);
  const begun = groups[0]?.points[0]?.time;
  if (begun === undefined) return null;
  return {
    width: place.clientWidth,
    height: place.clientHeight,
    strokes: groups.map(({ points }) =>
      points.map(({ x, y, time, pressure }) => ({ x, y, t_ms: Math.round(time - begun), pressure })),
    ),
  };
}
