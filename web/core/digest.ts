import { hex } from "./bytes";

/** SHA-256 of a file's bytes in hex, as the log names it. */
export async function sha256(bytes: BufferSource): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", bytes));
}
