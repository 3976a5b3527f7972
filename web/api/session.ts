/**
 * Who is signed in on this page. The access token lives in memory alone; the refresh token lies in a cookie
 * that no script can read. How a session begins is told in `signing-in`.
 */
import { signal } from "@preact/signals";

import { send } from "./network";
import { problemOf } from "./problem";
import type { components } from "./schema";

type Tokens = components["schemas"]["Tokens"];

export interface Session {
  access: string;
  user: string;
}

/** `undefined` until we know; null when nobody is signed in. */
export const session = signal<Session | null | undefined>(undefined);
/** Whether a session ended that somebody was working in: they are told why they must sign in again. */
export const hasEnded = signal(false);

const KNOWN = "doorstep.signed-in";
const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("doorstep") : null;

tabs?.addEventListener("message", (event: MessageEvent<string>) => {
  if (event.data === "signed-out") session.value = null;
  // Somebody signed in beside us, perhaps somebody else: this page starts anew as whoever it is.
  if (event.data === "signed-in" && session.value === null) location.reload();
});

/** A sign-in succeeded: this page, and every other that waits, goes on with it. */
export function begin(tokens: Tokens): void {
  localStorage.setItem(KNOWN, "yes");
  hasEnded.value = false;
  take(tokens);
  tabs?.postMessage("signed-in");
}

export async function signOut(): Promise<void> {
  const access = session.value?.access;
  session.value = null;
  localStorage.removeItem(KNOWN);
  tabs?.postMessage("signed-out");
  if (access === undefined) return;
  const headers = { Authorization: `Bearer ${access}` };
  const response = await send(new Request("/v1/sign-out", { method: "POST", headers }));
  // The token ran out while the page lay open: one more, only to end the session for good.
  if (response.status === 401 && (await refresh())) await signOut();
}

/** Goes on with the session of the cookie when a page opens, without asking if nobody ever signed in here. */
export async function resume(): Promise<void> {
  if (localStorage.getItem(KNOWN) === null) session.value = null;
  else await refresh();
}

let running: Promise<boolean> | null = null;

/**
 * A fresh access token; false when the session is over.
 *
 * A refresh token is good for one use, so only one refresh runs at a time: of all callers on this page, and of
 * all tabs of this browser.
 */
export function refresh(): Promise<boolean> {
  running ??= alone(renew).finally(() => {
    running = null;
  });
  return running;
}

async function renew(): Promise<boolean> {
  const before = session.value;
  const response = await send(json("/v1/refresh", {}));
  if (response.status === 401) {
    localStorage.removeItem(KNOWN);
    hasEnded.value = before !== null;
    session.value = null;
    return false;
  }
  if (!response.ok) throw await problemOf(response);
  const tokens = (await response.json()) as Tokens;
  if (before && before.user !== tokens.user) {
    // Another tab signed somebody else in: nothing on this page is theirs.
    location.reload();
    return false;
  }
  take(tokens);
  return true;
}

function take(tokens: Tokens): void {
  session.value = { access: tokens.access_token, user: tokens.user };
}

async function alone<T>(work: () => Promise<T>): Promise<T> {
  // Without a secure context there are no locks; the server's grace for a token used twice has to do.
  return "locks" in navigator ? await navigator.locks.request("doorstep-refresh", work) : await work();
}

function json(url: string, body: unknown): Request {
  const headers = { "Content-Type": "application/json" };
  return new Request(url, { method: "POST", headers, body: JSON.stringify(body) });
}
