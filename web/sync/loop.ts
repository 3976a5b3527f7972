/**
 * When to send: at once after each command, when the network or the person comes back, and every half minute while
 * the page is looked at. A phone's browser does nothing for us while it is out of sight.
 */
import { effect, untracked } from "@preact/signals";

import { isRevoked } from "../api/device";
import { resume, session } from "../api/session";
import { OfflineError, Problem } from "../api/problem";
import { pending, reload, waiting } from "../store/live";
import { content, phone, type Phone } from "../store/phone";
import { unlessBusy } from "./lock";
import { sendForOthers } from "./others";
import { settlePending, UNDO_MS } from "./outbox";
import { sendPhotos } from "./photos";
import { pull } from "./pull";
import { ForkedError, push } from "./push";
import { doneAt, standing } from "./status";
import { calls } from "./waking";

const EVERY_MS = 30_000;
/** A picture that was sent is soon checked by the server: asked again after so long. */
const ASK_AGAIN_MS = 3000;
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 5 * 60_000;

let failures = 0;
let notBefore = 0;
let timer = 0;
/** The try that is on its way. */
let turning: Promise<void> | null = null;
/** The network or the person came back while a try was coming to its end, whatever end that was. */
let isBack = false;

/** Begins once for this page, locked or open: what waits is sealed and signed already. */
export function watchAndSend(): void {
  soon(true);
  addEventListener("online", comeBack);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && comeBack());
  setInterval(() => document.visibilityState === "visible" && soon(false), EVERY_MS);
  effect(() => {
    // What `soon` reads of how things stand is no reason to send once more.
    if (calls.value > 0 || session.value || content.value) untracked(() => soon(true));
  });
  setInterval(() => void settleDue(), 1000);
}

/**
 * Sends now, and hears what is new; what went wrong stands in `standing`. A try that is on its way may have asked
 * before the person did: another one follows it.
 */
export async function syncNow(): Promise<void> {
  await turning;
  failures = 0;
  notBefore = 0;
  await turn();
}

function comeBack(): void {
  isBack = turning !== null;
  soon(true);
}

function soon(isEager: boolean): void {
  // A try that is on its way sets the time of the next one itself.
  if (turning) return;
  if (isEager && standing.value.is === "offline") failures = notBefore = 0;
  clearTimeout(timer);
  timer = window.setTimeout(() => void turn(), Math.max(0, notBefore - performance.now()));
}

async function settleDue(): Promise<void> {
  const due = pending.value.filter((each) => isDue(each.due_ms));
  if (phone.value && due.length > 0) await settlePending(due, (each) => due.includes(each));
}

/** Its seconds are over; or the clock was put back, and nobody can tell. */
function isDue(dueMs: number): boolean {
  return dueMs <= Date.now() || dueMs > Date.now() + UNDO_MS;
}

async function turn(): Promise<void> {
  const here = phone.value;
  if (!here || isRevoked.value || performance.now() < notBefore) return;
  turning ??= once(here);
  await turning;
}

async function once(here: Phone): Promise<void> {
  try {
    await unlessBusy("send", here.device.id, () => sendAndHear(here));
  } finally {
    turning = null;
  }
  const wasBack = isBack;
  isBack = false;
  // What was said while this was sending, or a network that came back too late for it.
  if (wasBack || (standing.value.is === "idle" && waiting.value.length > 0)) soon(true);
}

async function sendAndHear(here: Phone): Promise<void> {
  const awake = await stayAwake();
  standing.value = { is: "sending" };
  try {
    await push(here);
    if (content.value) {
      // The network may have come back only now: the session of the cookie goes on.
      if (!session.value) await resume();
      if (session.value?.user === here.device.user_id) await pull(here, content.value);
    }
    if (await sendPhotos(here)) timer = window.setTimeout(() => void turn(), ASK_AGAIN_MS);
    failures = 0;
    doneAt.value = Date.now();
    standing.value = { is: "idle" };
    await sendForOthers();
  } catch (error) {
    fail(error);
  } finally {
    await awake?.release().catch(() => undefined);
    if (phone.value === here && !isRevoked.value) await reload();
  }
}

/** The screen stays on while something is sent; a phone that will not, sends all the same. */
async function stayAwake(): Promise<WakeLockSentinel | null> {
  if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return null;
  return navigator.wakeLock.request("screen").catch(() => null);
}

function fail(error: unknown): void {
  if (error instanceof OfflineError && !navigator.onLine) {
    // Nobody is asked in vain: the browser says when there is a network again.
    standing.value = { is: "offline" };
    return;
  }
  if (error instanceof Problem && error.code === "device-revoked") isRevoked.value = true;
  failures += 1;
  const asked = error instanceof Problem ? (error.retryAfterS ?? 0) * 1000 : 0;
  // Everybody's phone comes back at the same moment; none should ask at the same one.
  const longest = error instanceof OfflineError ? EVERY_MS : LONGEST_WAIT_MS;
  const grown = Math.min(longest, FIRST_WAIT_MS * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);
  notBefore = performance.now() + Math.max(asked, grown);
  timer = window.setTimeout(() => void turn(), notBefore - performance.now() + 1);
  if (error instanceof OfflineError) standing.value = { is: "offline" };
  else if (error instanceof ForkedError) standing.value = { is: "stuck", why: error.message };
  else if (!(error instanceof Problem)) standing.value = { is: "stuck", why: String(error) };
  else if (error.status === 401) standing.value = { is: "sign-in" };
  else if (error.status === 429 || error.status >= 500) standing.value = { is: "later" };
  else if (!isRevoked.value) standing.value = { is: "stuck", why: error.message };
}
