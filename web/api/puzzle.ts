/** The front door's puzzles: a little work before a password is looked at, while many strangers try. */

export interface Puzzle {
  text: string;
  /** Zero bits that each part begins with. */
  bits: number;
  parts: number;
  /** Iterations of PBKDF2. */
  rounds: number;
}

/** The browser computes these side by side, off the page's own thread. */
const AT_ONCE = 16;
const DIGEST_BITS = 32;

/** One number for each part; a second or two on a desk, some seconds on a phone. */
export async function solve(puzzle: Puzzle): Promise<number[]> {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(puzzle.text), "PBKDF2", false, ["deriveBits"]);
  const numbers: number[] = [];
  for (let part = 0; part < puzzle.parts; part++) numbers.push(await find(key, part, puzzle));
  return numbers;
}

async function find(key: CryptoKey, part: number, { bits, rounds }: Puzzle): Promise<number> {
  for (let first = 0; ; first += AT_ONCE) {
    const tried = Array.from({ length: AT_ONCE }, (_, step) => digest(key, part, first + step, rounds));
    const found = (await Promise.all(tried)).findIndex((each) => each >>> (DIGEST_BITS - bits) === 0);
    if (found >= 0) return first + found;
  }
}

async function digest(key: CryptoKey, part: number, number: number, iterations: number): Promise<number> {
  const salt = new DataView(new ArrayBuffer(16));
  salt.setBigUint64(0, BigInt(part));
  salt.setBigUint64(8, BigInt(number));
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, DIGEST_BITS);
  return new DataView(bits).getUint32(0);
}
