/** The API by the token of the link. It is kept in this page's memory alone, and so is what a proof opens. */
import type { components } from "../api/schema";
import { OfflineError, problemOf } from "../api/problem";

type Schemas = components["schemas"];
export type Page = Schemas["CustomerPage"];
export type Window = Schemas["CustomerWindow"];
export type Said = Schemas["Said"];
export type Statement = Said["statement"];

const link = decodeURIComponent(location.pathname.split("/").pop() ?? "");
let proof: string | null = null;

export function setProof(token: string): void {
  proof = token;
}

/** The same request, sent again because its answer never came, is done once. */
const unanswered = new Map<string, string>();

export async function get<T>(path: string, how: { byProof?: boolean } = {}): Promise<T> {
  return (await call("GET", path, undefined, how)).json() as Promise<T>;
}

export async function fetchFile(path: string, how: { byProof?: boolean } = {}): Promise<Blob> {
  return (await call("GET", path, undefined, how)).blob();
}

export async function post<T>(path: string, body?: unknown): Promise<T> {
  const response = await call("POST", path, body, {});
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function call(method: string, path: string, body: unknown, how: { byProof?: boolean }): Promise<Response> {
  const told = body === undefined ? "" : JSON.stringify(body);
  const headers = new Headers({ Authorization: `Bearer ${how.byProof && proof !== null ? proof : link}` });
  const request = `${path}\n${told}`;
  if (method === "POST") {
    const key = unanswered.get(request) ?? crypto.getRandomValues(new Uint32Array(4)).join("-");
    unanswered.set(request, key);
    headers.set("Idempotency-Key", key);
  }
  if (told) headers.set("Content-Type", "application/json");
  let response: Response;
  try {
    response = await fetch(`/v1${path}`, { method, headers, ...(told ? { body: told } : {}) });
  } catch {
    throw new OfflineError();
  }
  if (response.status < 500) unanswered.delete(request);
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Gives a file to the browser under a name. */
export function hand(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const way = document.createElement("a");
  way.href = address;
  way.download = name;
  way.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

