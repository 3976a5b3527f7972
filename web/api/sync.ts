/** What the phone and the server tell each other: commands up, changes down, tickets for pictures. */
import type { Schemas } from "./client";
import { authorized } from "./client";
import { send } from "./network";
import { problemOf } from "./problem";

export type SyncStop = Schemas["Stop"] & {
  day: string;
  position: number;
  case: {
    id: string;
    reference: string;
    creditor: string;
    balance: Schemas["Money"] | null;
    due_on: string | null;
  };
  phones: { number: string }[];
  contacts: { at: string; channel: string; result: string }[];
  holds: string[];
  offers: Offer[];
  notices: Pick<Schemas["Notice"], "id" | "kind" | "title" | "state">[];
  visit: Heard | null;
  door_secret: string;
};

/** A plan that was offered from approved authority: its exact text can be signed without signal. */
export interface Offer {
  agreement_id: string;
  terms_hash: string;
  expires_at: string;
  text: Record<string, string>;
  instalments: Schemas["Agreement"]["instalments"];
  total: Schemas["Money"];
}

/** A visit as the server has it. */
export interface Heard {
  id: string;
  state: Schemas["Visit"]["state"];
  outcome: string | null;
  version: string;
  departed_at: string | null;
  arrived_at: string | null;
  finished_at: string | null;
}

export type Removal = "reassigned" | "cancelled" | "suspended" | "over";

export interface Changes {
  stops: SyncStop[];
  removed: { appointment_id: string; reason: Removal }[];
  cursor: string;
  more: boolean;
  is_full: boolean;
  server_time: string;
  nonce: string;
  lease_until: string;
  day: string;
  timezone: string;
  /** The organisation's own way to be paid, as its QR code says it. */
  pay_to: { label: string; url: string } | null;
  pin_reset: boolean;
}

export type Standing = "applied" | "applied_with_breach" | "refused" | "turned_away";

export interface Answer {
  seq: number | null;
  id: string | null;
  hash: string;
  outcome: Standing;
  is_repeat: boolean;
  reason: string | null;
  problem: { code: string; detail: string; decision?: unknown } | null;
  stop: string[];
  may_name_debt: boolean | null;
  visit: { id: string; state: string; version: string } | null;
  attachments: { id: string; sha256: string; state: FileState }[];
}

export type FileState = "expected" | "received" | "verified" | "mismatched" | "lost";

export interface Answers {
  answers: Answer[];
  head: { seq: number; hash: string };
  nonce: string;
  server_time: string;
  lease_until: string;
}

export interface Tickets {
  items: { sha256: string; attachment_id: string; state: FileState; ticket: Schemas["Ticket"] | null }[];
  unknown: string[];
}

export interface Enrolled {
  device: { id: string; user_id: string; organisation: string; name: string };
  token: string;
  chain_start: string;
  nonce: string;
  server_time: string;
}

/** Makes this browser the phone of whoever the code was made for. The code is the right: nobody is signed in yet. */
export async function enrol(told: { code: string; public_key: string; name: string; proof: string }): Promise<Enrolled> {
  return answerOf(await send(post("/v1/devices", told)));
}

/** @param token The device token: the queue is sent whether somebody is signed in or not. */
export async function sendCommands(token: string, commands: { bytes: string; sig: string }[]): Promise<Answers> {
  return byToken(token, "/v1/sync/commands", { commands });
}

export async function askTickets(token: string, sha256: string[]): Promise<Tickets> {
  return byToken(token, "/v1/sync/tickets", { sha256 });
}

export async function changesSince(cursor: string | null): Promise<Changes> {
  const address = new URL("/v1/sync/changes", location.origin);
  if (cursor !== null) address.searchParams.set("cursor", cursor);
  return answerOf(await authorized(new Request(address)));
}

async function byToken<T>(token: string, path: string, body: object): Promise<T> {
  const request = post(path, body);
  request.headers.set("Authorization", `Bearer ${token}`);
  return answerOf(await send(request));
}

function post(path: string, body: object): Request {
  const headers = { "Content-Type": "application/json" };
  return new Request(new URL(path, location.origin), { method: "POST", headers, body: JSON.stringify(body) });
}

async function answerOf<T>(response: Response): Promise<T> {
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}
