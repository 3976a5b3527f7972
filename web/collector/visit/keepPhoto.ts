import { sha256 } from "../../core/digest";
import { md5 } from "../../core/md5";
import { smallCopy, type Source } from "../../core/picture";
import { seal } from "../../core/vault";
import { opened } from "../../store/phone";
import type { PhotoRow } from "../../store/rows";
import type { Visit } from "../../store/visit";
import { tell } from "./tell";

interface Described {
  sha256: string;
  md5: string;
  length: number;
  content_type: string;
}

/**
 * The picture and its small copy are on the disk, and its hash is in the chain, when this ends.
 *
 * @returns The hash by which the original is found.
 */
export async function keepPhoto(
  visit: Visit,
  picture: { blob: Blob; drawing: Source; from: "camera" | "picker"; lines: readonly string[] },
): Promise<string> {
  const taken_at = new Date().toISOString();
  const small = await smallCopy(picture.drawing, picture.lines);
  const [large, little] = await Promise.all([sealed(visit, picture.blob, null), sealed(visit, small, "small")]);
  little.row.original = large.row.sha256;
  const payload = { kind: "photo", ...large.told, taken_at, source: picture.from, small: little.told };
  await tell(visit, "visit.photograph", payload, { photos: [large.row, little.row] });
  return large.row.sha256;
}

async function sealed(visit: Visit, blob: Blob, original: string | null): Promise<{ row: PhotoRow; told: Described }> {
  const bytes = await blob.arrayBuffer();
  const told = {
    sha256: await sha256(bytes),
    md5: md5(new Uint8Array(bytes)),
    length: bytes.byteLength,
    content_type: blob.type || "image/jpeg",
  };
  const { sha256: hash, content_type, length } = told;
  const row: PhotoRow = {
    sha256: hash,
    original,
    visit_id: visit.id,
    content_type,
    length,
    at_ms: Date.now(),
    state: "waiting",
    sealed: await seal(opened().device.queue, bytes),
  };
  return { row, told };
}
