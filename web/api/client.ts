/** The API, typed by its own description. Every call ends in a value, a `Problem` or an `OfflineError`. */
import { signal } from "@preact/signals";
import createClient from "openapi-fetch";

import { device, heed } from "./device";
import { send } from "./network";
import { Problem, problemOf } from "./problem";
import type { components, paths } from "./schema";
import { refresh, session } from "./session";

export type Schemas = components["schemas"];

/** For the header of a POST: the client itself writes the key, the same one when it tries again. */
export const keyed = { "Idempotency-Key": "to-be-written" } as const;

/** For a change that was decided on one version of a thing. */
export function on(thing: { version: string }): { "If-Match": string } {
  return { "If-Match": `"${thing.version}"` };
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: authorized });

/** The value of a call, or the problem it ended in. */
export async function ask<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await call;
  if (error !== undefined || !response.ok) throw new Problem(response, error ?? {});
  return data as T;
}

/** The bytes behind an address of the API, as an object of the browser. */
export async function fetchBlob(path: string): Promise<Blob> {
  const response = await authorized(new Request(new URL(path, location.origin)));
  if (!response.ok) throw await problemOf(response);
  return response.blob();
}

/** How often the API said that this person may not: what they may do is then asked anew. */
export const forbidden = signal(0);

/** Keys of requests whose answer never came: sent again, they are the same request. */
const unanswered = new Map<string, string>();

/** Sends a request as whoever is signed in, once more after a refresh if the token ran out. */
export async function authorized(request: Request): Promise<Response> {
  const fingerprint = request.method === "POST" ? await fingerprintOf(request) : null;
  if (fingerprint !== null) {
    const key = unanswered.get(fingerprint) ?? freshKey();
    unanswered.set(fingerprint, key);
    request.headers.set("Idempotency-Key", key);
  }
  let response = await attempt(request);
  if (response.status === 401 && (await refresh())) response = await attempt(request);
  if (fingerprint !== null && response.status < 500) unanswered.delete(fingerprint);
  if (response.status === 403) forbidden.value += 1;
  return response;
}

async function attempt(request: Request): Promise<Response> {
  const copy = request.clone();
  const access = session.value?.access;
  if (access !== undefined) copy.headers.set("Authorization", `Bearer ${access}`);
  if (device.value === null) return send(copy);
  copy.headers.set("Doorstep-Device", device.value);
  const response = await send(copy);
  await heed(response);
  return response;
}

async function fingerprintOf(request: Request): Promise<string> {
  return [request.url, request.headers.get("If-Match") ?? "", await request.clone().text()].join("\n");
}

export function freshKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

