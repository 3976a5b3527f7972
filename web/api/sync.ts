/** What the phone and the server tell each other: commands up, changes down, tickets for pictures. */
import { authorized, type Schemas } from "./client";
import { send } from "./network";
import { problemOf } from "./problem";

export type SyncStop = Schemas["CarriedStop"];
/** A plan that was offered from approved authority: its exact text can be signed without signal. */
export type Offer = Schemas["CarriedOffer"];
/** A visit as the server has it. */
export type Heard = NonNullable<SyncStop["visit"]>;
export type Answer = Schemas["CommandAnswer"];
export type Changes = Schemas["Changes"];
export type Removal = Schemas["RemovedStop"]["reason"];
export type FileTicket = Schemas["FileTicket"];

/** Makes this browser the phone of whoever the code was made for. The code is the right: nobody is signed in yet. */
export async function enrol(told: Schemas["DeviceCreate"]): Promise<Schemas["Enrolled"]> {
  return answerOf(await send(post("/v1/devices", told)));
}

/** A revoked phone says that nothing is left on it. The token that it had is all that it can show. */
export async function tellWiped(token: string): Promise<void> {
  const response = await send(post("/v1/devices/wipes", { token }));
  if (!response.ok) throw await problemOf(response);
}

/** @param token The device token: the queue is sent whether somebody is signed in or not. */
export async function sendCommands(
  token: string,
  commands: Schemas["SignedCommand"][],
): Promise<Schemas["CommandAnswers"]> {
  return byToken(token, "/v1/sync/commands", { commands });
}

export async function askTickets(token: string, sha256: string[]): Promise<Schemas["Tickets"]> {
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
