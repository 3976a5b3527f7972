/**
 * What was done, kept as signed commands until the server has each of them. This is the only place that writes
 * into the chain: a command is on the disk, with its pictures, before anybody hears that it was saved.
 */
import { signed, type Envelope } from "../core/chain";
import { elapsedSince } from "../core/clock";
import { uuid7 } from "../core/ids";
import { seal, sealJson } from "../core/vault";
import type { Change } from "../store/db";
import { reload, type Pending } from "../store/live";
import { phone, type Phone } from "../store/phone";
import type { CommandRow, Head } from "../store/rows";
import { lookAtClock } from "./clockwatch";
import { alone } from "./lock";
import { wake } from "./waking";

export interface Command {
  type: string;
  appointment_id?: string | null;
  visit_id?: string | null;
  base_version?: string | null;
  payload: object;
  /** When it happened by the phone's clock, if it was not this very moment. */
  occurred_at?: string;
}

/** Two seconds: a clock that was put back by less is a clock that was set right. */
const PUT_BACK_MS = 2000;
/** In which an outcome can be taken back. */
export const UNDO_MS = 10_000;

/** The command is in the chain and on the disk, together with `change`; it is sent as soon as it can be. */
export async function record(command: Command, change: Change = {}): Promise<void> {
  const here = there();
  await alone("outbox", here.store.of.device, () => append(here, command, change));
  await reload();
  wake();
}

/** The command waits for its seconds, and can be taken back until then; a page that dies keeps it all the same. */
export async function recordSoon(visitId: string, command: Command): Promise<void> {
  const { store, device } = there();
  const whole: Pending["command"] = {
    appointment_id: null,
    visit_id: visitId,
    base_version: null,
    ...command,
    occurred_at: command.occurred_at ?? now(),
  };
  const sealed = await sealJson(device.queue, whole);
  await store.write({ pending: [{ visit_id: visitId, due_ms: Date.now() + UNDO_MS, sealed }] });
  await reload();
}

export async function takeBack(visitId: string): Promise<void> {
  await there().store.write({ remove: [["pending", visitId]] });
  await reload();
}

/** What waited goes into the chain; with `isDue`, only what waited long enough. */
export async function settlePending(pending: readonly Pending[], isDue: (one: Pending) => boolean): Promise<void> {
  const here = there();
  for (const one of pending.filter(isDue)) {
    await alone("outbox", here.store.of.device, async () => {
      // Another tab may have been quicker, or it was taken back meanwhile.
      if (await here.store.row("pending", one.visit_id)) {
        await append(here, one.command, { remove: [["pending", one.visit_id]] });
      }
    });
  }
  await reload();
  wake();
}

/** Out of the way of what still matters; the server gets it all the same, and the reason stays with it. */
export async function setAside(seq: number, reason: string): Promise<void> {
  const { store } = there();
  const row = await store.row("commands", seq);
  if (row) await store.write({ commands: [{ ...row, set_aside: reason }] });
  await reload();
}

/** The wall clock ran away from the monotonic one: that is a fact like any other. */
export async function recordJump(jumpMs: number): Promise<void> {
  const here = phone.value;
  if (!here) return;
  await alone("outbox", here.store.of.device, () => jumped(here, jumpMs));
  await reload();
  wake();
}

async function append(here: Phone, command: Command, change: Change): Promise<void> {
  const jump = lookAtClock() ?? (await putBack(here));
  if (jump !== null) await jumped(here, jump);
  await link(here, command, change);
}

/** How far the clock was put back while no page of this phone was open. */
async function putBack({ store }: Phone): Promise<number | null> {
  const before = await store.get("wall_ms");
  return before !== undefined && Date.now() < before - PUT_BACK_MS ? Date.now() - before : null;
}

async function jumped(here: Phone, jumpMs: number): Promise<void> {
  const contact = await here.store.get("contact");
  const meta = contact ? { contact: { ...contact, jumped_ms: contact.jumped_ms + jumpMs } } : {};
  await link(here, { type: "clock.changed", payload: { jump_ms: jumpMs } }, { meta });
}

async function link({ store, device }: Phone, command: Command, change: Change): Promise<void> {
  const [head, contact] = await Promise.all([store.get("head"), store.get("contact")]);
  if (!head) throw new Error("This phone has no chain.");
  const { seq, hash: prev_hash } = { ...head, seq: head.seq + 1 };
  const told: Omit<Envelope, "v" | "salt"> = {
    id: uuid7(),
    device_id: device.id,
    seq,
    prev_hash,
    type: command.type,
    appointment_id: command.appointment_id ?? null,
    visit_id: command.visit_id ?? null,
    base_version: command.base_version ?? null,
    occurred_at: command.occurred_at ?? now(),
    elapsed_ms: elapsedSince(contact?.measured ?? null, performance.now(), performance.timeOrigin),
    skew_ms: contact?.measured.skew_ms ?? null,
    rtt_ms: contact?.measured.rtt_ms ?? null,
    nonce: contact?.nonce ?? null,
    app_build: __BUILD__,
    payload: command.payload,
  };
  const { bytes, hash, sig } = await signed(device.pair.privateKey, told);
  const sealed = await seal(device.queue, bytes);
  const row: CommandRow = { seq, id: told.id, hash, sig, at_ms: Date.now(), sealed, answer: null, set_aside: null };
  const next: Head = { seq, hash };
  await store.write({ ...change, newCommands: [row], meta: { ...change.meta, head: next, wall_ms: Date.now() } });
}

function there(): Phone {
  if (!phone.value) throw new Error("No phone is open.");
  return phone.value;
}

function now(): string {
  return new Date().toISOString();
}
