/** The tables as signals: a screen shows what lies in the store, in this tab and in every other. */
import { computed, signal } from "@preact/signals";

import type { Answer, Removal, SyncStop } from "../api/sync";
import type { Envelope } from "../core/chain";
import { openJson } from "../core/vault";
import { content, phone, type Phone } from "./phone";
import type { CommandRow, Contact, PendingRow, PhotoRow, Slice } from "./rows";

/** A visit of the slice; `removed` once it is no longer this person's. */
export interface Stop extends SyncStop {
  removed?: Removal;
}

/** A command that was said, readable. */
export interface Said extends Envelope {
  hash: string;
  bytes: number;
  answer: Answer | null;
  set_aside: string | null;
}

/** An outcome that waits for its seconds to be over. */
export interface Pending {
  visit_id: string;
  due_ms: number;
  command: Pick<Envelope, "type" | "appointment_id" | "visit_id" | "base_version" | "payload"> & { occurred_at: string };
}

/** Null until they were read. */
export const stops = signal<Stop[] | null>(null);
export const said = signal<Said[]>([]);
export const photos = signal<Omit<PhotoRow, "sealed">[]>([]);
export const pending = signal<Pending[]>([]);
export const contact = signal<Contact | null>(null);
export const slice = signal<Slice | null>(null);
export const shift = signal<string | null>(null);
export const wellBy = signal<string | null>(null);
/** Whether somebody chose a PIN for this phone; null until it was read. */
export const hasPin = signal<boolean | null>(null);
/** The office let this person choose another PIN. */
export const isPinReset = signal(false);

export const waiting = computed(() => said.value.filter((each) => each.answer === null));
export const photosWaiting = computed(() => photos.value.filter((each) => each.state !== "safe"));

const tabs = new BroadcastChannel("doorstep-store");
const before = new Map<number, Said>();

/** Reads everything anew; other tabs of this browser are told. */
export async function reload(): Promise<void> {
  await read();
  tabs.postMessage(phone.value?.store.of.device);
}

tabs.addEventListener("message", (event: MessageEvent<string>) => {
  if (event.data === phone.value?.store.of.device) void read();
});

async function read(): Promise<void> {
  const here = phone.value;
  if (!here) return;
  const { store } = here;
  const [commandRows, photoRows, pendingRows] = await Promise.all([
    store.all("commands"),
    store.all("photos"),
    store.all("pending"),
  ]);
  const [readable, held] = await Promise.all([
    Promise.all(commandRows.map((row) => readCommand(here, row))),
    Promise.all(pendingRows.map((row) => readPending(here, row))),
  ]);
  const [newestContact, newestSlice, begun, due, vault, isReset] = await Promise.all([
    store.get("contact"),
    store.get("slice"),
    store.get("shift"),
    store.get("check_in"),
    store.get("vault"),
    store.get("pin_reset"),
  ]);
  const seen = await readStops(here);
  if (phone.value !== here) return;
  said.value = readable;
  pending.value = held;
  photos.value = photoRows.map(({ sealed: _, ...row }) => row);
  contact.value = newestContact ?? null;
  slice.value = newestSlice ?? null;
  shift.value = begun ?? null;
  wellBy.value = due ?? null;
  hasPin.value = vault !== undefined;
  isPinReset.value = isReset ?? false;
  stops.value = seen;
}

/** Stops are under the content key: while the phone is locked there are none. */
async function readStops({ store }: Phone): Promise<Stop[] | null> {
  const key = content.value;
  if (!key) return null;
  const rows = await store.all("stops");
  const found = await Promise.all(rows.map((row) => openJson<Stop>(key, row.sealed)));
  return found.sort((one, other) => one.day.localeCompare(other.day) || one.position - other.position);
}

/** Bytes of a command never change, so each is before once; its answer comes once. */
async function readCommand({ device }: Phone, row: CommandRow): Promise<Said> {
  const known = before.get(row.seq);
  if (known?.hash === row.hash && (known.answer !== null) === (row.answer !== null)) {
    return known.set_aside === row.set_aside ? known : { ...known, set_aside: row.set_aside };
  }
  const [envelope, answer] = await Promise.all([
    openJson<Envelope>(device.queue, row.sealed),
    row.answer && openJson<Answer>(device.queue, row.answer),
  ]);
  const found = { ...envelope, hash: row.hash, bytes: row.sealed.byteLength, answer, set_aside: row.set_aside };
  before.set(row.seq, found);
  return found;
}

async function readPending({ device }: Phone, row: PendingRow): Promise<Pending> {
  const command = await openJson<Pending["command"]>(device.queue, row.sealed);
  return { visit_id: row.visit_id, due_ms: row.due_ms, command };
}

/** Nothing of one person stays in the memory of this page. */
export function forgetAll(): void {
  before.clear();
  stops.value = null;
  said.value = [];
  photos.value = [];
  pending.value = [];
  contact.value = null;
  slice.value = null;
  shift.value = null;
  wellBy.value = null;
  hasPin.value = null;
  isPinReset.value = false;
}
