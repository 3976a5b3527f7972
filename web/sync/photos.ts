/** Pictures up: the small copies first, then the originals, two at a time, each by its own ticket. */
import { send } from "../api/network";
import { problemOf } from "../api/problem";
import { askTickets, type FileTicket } from "../api/sync";
import { fromUtf8 } from "../core/bytes";
import { open } from "../core/vault";
import type { Phone } from "../store/phone";
import type { PhotoRow } from "../store/rows";
import { kept } from "./push";

const MOST = 20;
const AT_ONCE = 2;
/** These bytes are stored already: to us that is success. */
const ALREADY_THERE = 412;

/** Every picture that the server waits for has been sent once; gives whether it still has to check some of them. */
export async function sendPhotos(here: Phone): Promise<boolean> {
  const rows = (await here.store.all("photos")).filter((row) => row.state !== "safe").sort(smallFirst);
  for (let at = 0; at < rows.length; at += MOST) await some(here, rows.slice(at, at + MOST));
  return (await here.store.all("photos")).some((row) => row.state === "sent");
}

function smallFirst(one: PhotoRow, other: PhotoRow): number {
  return Number(one.original === null) - Number(other.original === null) || one.at_ms - other.at_ms;
}

async function some(here: Phone, rows: PhotoRow[]): Promise<void> {
  const token = fromUtf8(await open(here.device.queue, here.device.token));
  const { items } = await askTickets(token, rows.map((row) => row.sha256));
  const known = new Map(items.map((item) => [item.sha256, item]));
  const queue = rows.filter((row) => known.has(row.sha256));
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let row = queue.shift(); row; row = queue.shift()) {
        const item = known.get(row.sha256);
        if (item) await one(here, row, item);
      }
    }),
  );
}

async function one({ store, device }: Phone, row: PhotoRow, item: FileTicket): Promise<void> {
  // Only what the server read back under the same hash is let go of here.
  if (item.state === "verified") {
    await store.write({ photos: [{ ...row, state: "safe", sealed: kept(row) }] });
  } else if (item.ticket && row.sealed) {
    await put(item.ticket, await open(device.queue, row.sealed));
    await store.write({ photos: [{ ...row, state: "sent" }] });
  }
}

async function put(ticket: NonNullable<FileTicket["ticket"]>, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const headers = Object.fromEntries(Object.entries(ticket.headers).filter(([name]) => !isTheBrowsers(name)));
  const url = new URL(ticket.url, location.origin);
  const response = await send(new Request(url, { method: ticket.method, headers, body: bytes }));
  if (!response.ok && response.status !== ALREADY_THERE) throw await problemOf(response);
}

/** Headers that the browser writes by itself, and lets nobody else write. */
function isTheBrowsers(name: string): boolean {
  return ["content-length", "host"].includes(name.toLowerCase());
}
