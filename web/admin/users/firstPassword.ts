// Without letters and digits that are mistaken for one another when they are read aloud or typed from paper.
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const LENGTH = 5;

/** A password to be handed over: 99 bits, in groups that can be typed from paper. */
export function firstPassword(): string {
  return Array.from({ length: GROUPS }, () => Array.from({ length: LENGTH }, letter).join("")).join("-");
}

function letter(): string {
  const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
  // Bytes beyond the last whole multiple would make the first letters likelier than the others.
  return byte < 256 - (256 % LETTERS.length) ? (LETTERS[byte % LETTERS.length] ?? "") : letter();
}
