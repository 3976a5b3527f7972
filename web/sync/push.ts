/** Commands up, in their order, at most fifty at a time. Nothing goes before an equal hash came back. */
import { sendCommands, type Answer } from "../api/sync";
import { Problem } from "../api/problem";
import { base64url, fromUtf8 } from "../core/bytes";
import { open, sealJson } from "../core/vault";
import type { Phone } from "../store/phone";
import type { CommandRow, PhotoRow } from "../store/rows";
import { timed } from "./contact";

const MOST = 50;
/** Of raw bytes in one request; as text they are a third longer, and the server takes 4 MiB. */
const MOST_BYTES = 2_500_000;
const TOO_LARGE = 413;

/** The server holds something else than this phone under the same place of the chain: a person has to look. */
export class ForkedError extends Error {
  override readonly name = "ForkedError";
}

/** Every command that waits is answered when this ends well. */
export async function push(here: Phone): Promise<void> {
  let most = MOST;
  let from: number | null = null;
  for (;;) {
    const batch = await next(here, from, most);
    if (batch.length === 0) return;
    try {
      await sendBatch(here, batch);
      from = null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === TOO_LARGE && batch.length > 1) most = Math.ceil(batch.length / 2);
      else if (error.code === "sequence-gap") from = resendFrom(error, from);
      else throw error;
    }
  }
}

/** A server that came back from an older copy of itself asks for commands that it had answered before. */
function resendFrom(gap: Problem, before: number | null): number {
  const expected = gap.expectedSeq;
  if (expected === null || expected === before) throw gap;
  return expected;
}

async function next({ store }: Phone, from: number | null, most: number): Promise<CommandRow[]> {
  const rows = await store.all("commands");
  const wanted = rows.filter((row) => (from === null ? row.answer === null : row.seq >= from)).slice(0, most);
  let sum = 0;
  return wanted.filter((row, at) => (sum += row.sealed.byteLength) <= MOST_BYTES || at === 0);
}

async function sendBatch({ store, device }: Phone, batch: CommandRow[]): Promise<void> {
  const token = fromUtf8(await open(device.queue, device.token));
  const commands = await Promise.all(
    batch.map(async (row) => ({ bytes: base64url(await open(device.queue, row.sealed)), sig: row.sig })),
  );
  const { told, contact } = await timed(() => sendCommands(token, commands));
  // By hash, and by nothing else: what the server says of other bytes is said of other bytes.
  const answers = new Map(told.answers.map((answer) => [answer.hash, answer]));
  const answered = batch.filter((row) => answers.has(row.hash));
  const rows = await Promise.all(
    answered.map(async (row) => ({ ...row, answer: await sealJson(device.queue, answers.get(row.hash)) })),
  );
  await store.write({ commands: rows, photos: await arrived(store, told.answers), meta: { contact } });
  if (answered.length === 0) throw new ForkedError(`The server answered for another command than ${batch[0]?.seq}.`);
}

/** Pictures of which the server says that it has them already. */
async function arrived(store: Phone["store"], answers: Answer[]): Promise<PhotoRow[]> {
  const verified = answers.flatMap((answer) => answer.attachments).filter((file) => file.state === "verified");
  const rows = await Promise.all(verified.map((file) => store.row("photos", file.sha256)));
  return rows.filter((row) => row !== undefined).map((row) => ({ ...row, state: "safe", sealed: kept(row) }));
}

/** The small copy stays, to be looked at for a few days; the original is the server's from here on. */
export function kept(row: PhotoRow): PhotoRow["sealed"] {
  return row.original === null ? null : row.sealed;
}
