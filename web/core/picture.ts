/** Pictures as the phone makes them: drawn once, never altered; whatever is written on one is written on a copy. */

const LONGEST_SIDE = 1600;
const SMALL_SIDE = 480;
const QUALITY = 0.8;
const SMALL_QUALITY = 0.6;
const JPEG = "image/jpeg";

export type Source = HTMLVideoElement | ImageBitmap;

/** The original, as large as it is kept. */
export function original(source: Source): Promise<Blob> {
  return asJpeg(drawn(source, LONGEST_SIDE), QUALITY);
}

/** A small copy with where and when it was taken written on it: it goes first, so that the office soon sees something. */
export function smallCopy(source: Source, lines: readonly string[]): Promise<Blob> {
  const canvas = drawn(source, SMALL_SIDE);
  const pen = canvas.getContext("2d");
  if (pen) write(pen, canvas, lines);
  return asJpeg(canvas, SMALL_QUALITY);
}

function drawn(source: Source, longest: number): HTMLCanvasElement {
  const [width, height] =
    source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source.width, source.height];
  const scale = Math.min(1, longest / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d")?.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function write(pen: CanvasRenderingContext2D, { width, height }: HTMLCanvasElement, lines: readonly string[]): void {
  const size = Math.max(12, Math.round(width / 28));
  pen.font = `${size}px sans-serif`;
  pen.fillStyle = "rgb(0 0 0 / 55%)";
  pen.fillRect(0, height - (lines.length + 0.6) * size * 1.3, width, (lines.length + 0.6) * size * 1.3);
  pen.fillStyle = "#fff";
  lines.forEach((line, at) => pen.fillText(line, size / 2, height - (lines.length - at - 0.4) * size * 1.3, width - size));
}

function asJpeg(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture could not be made."))), JPEG, quality);
  });
}
