/**
 * Whether an entry stands in the log, computed here and not believed: the path of a C2SP tlog-proof leads from
 * the leaf to the root in the checkpoint (RFC 9162 §2.1.3.2). The checkpoint's signature is not checked here:
 * the keys to trust come from outside, and the bundle's verifier takes them.
 */

export interface Inclusion {
  isIncluded: boolean;
  index: number;
  /** How many leaves the log had when its root was signed. */
  size: number;
}

const HEADER = "c2sp.org/tlog-proof@v1";

/**
 * @param proof The text of the proof.
 * @param receipt The hash of the entry's exact bytes, in hex: the leaf has to name this very entry.
 */
export async function checkInclusion(proof: string, receipt: string): Promise<Inclusion> {
  const cut = proof.indexOf("\n\n");
  const lines = proof.slice(0, cut).split("\n");
  const note = proof.slice(cut + 2).split("\n");
  const leaf = fromBase64((lines[1] ?? "").replace(/^extra /, ""));
  const index = Number((lines[2] ?? "").replace(/^index /, ""));
  const size = Number(note[1]);
  const record = JSON.parse(new TextDecoder().decode(leaf)) as { entry: string };
  const root = await rootFrom(await hash(0, leaf), index, size, lines.slice(3).map(fromBase64));
  const isIncluded =
    lines[0] === HEADER && record.entry === receipt && root !== null && toBase64(root) === note[2];
  return { isIncluded, index, size };
}

async function rootFrom(leaf: Uint8Array, index: number, size: number, path: Uint8Array[]): Promise<Uint8Array | null> {
  if (!(index >= 0 && index < size)) return null;
  let at = index;
  let last = size - 1;
  let found = leaf;
  for (const step of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      found = await hash(1, step, found);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else found = await hash(1, found, step);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? found : null;
}

async function hash(prefix: number, ...parts: Uint8Array[]): Promise<Uint8Array> {
  const bytes = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  bytes[0] = prefix;
  let at = 1;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
