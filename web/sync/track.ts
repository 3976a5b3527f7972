/**
 * The way of a shift, as packed pieces of five minutes: begun and ended by the person themselves, and silent during a
 * break. Nothing is watched outside of it.
 */
import { signal } from "@preact/signals";

import { shift } from "../store/live";
import { phone } from "../store/phone";
import { record } from "./outbox";

type Point = [seconds: number, latE5: number, lonE5: number, accuracyM: number];

const PIECE_MS = 5 * 60_000;
const APART_MS = 15_000;
const MOST_POINTS = 320;

export const isOnBreak = signal(false);

let watch: number | null = null;
let from = 0;
let points: Point[] = [];

export async function beginShift(): Promise<void> {
  await set(new Date().toISOString());
  start();
}

export async function endShift(): Promise<void> {
  await stop();
  isOnBreak.value = false;
  await set(null);
}

export async function takeBreak(): Promise<void> {
  isOnBreak.value = true;
  await stop();
}

export function endBreak(): void {
  isOnBreak.value = false;
  start();
}

/** Goes on with the shift that was begun before the page was opened. */
export function goOnTracking(): void {
  if (shift.value && !isOnBreak.value && watch === null) start();
}

function start(): void {
  if (!("geolocation" in navigator)) return;
  from = Date.now();
  // Nothing that the receiver remembers of before: that was a break, or nobody's business.
  watch = navigator.geolocation.watchPosition(keep, () => undefined, { enableHighAccuracy: false, maximumAge: 0 });
}

async function stop(): Promise<void> {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  watch = null;
  await hand();
}

function keep({ coords, timestamp }: GeolocationPosition): void {
  const last = points.at(-1);
  const seconds = Math.max(0, Math.round((timestamp - from) / 1000));
  if (!last || (seconds - last[0]) * 1000 >= APART_MS) {
    points.push([seconds, Math.round(coords.latitude * 1e5), Math.round(coords.longitude * 1e5), Math.round(coords.accuracy)]);
  }
  if (Date.now() - from >= PIECE_MS || points.length >= MOST_POINTS) void hand();
}

async function hand(): Promise<void> {
  const piece = points;
  points = [];
  const payload = { from: new Date(from).toISOString(), to: new Date().toISOString(), points: piece };
  from = Date.now();
  if (piece.length > 0 && phone.value) await record({ type: "track.segment", payload });
}

async function set(begun: string | null): Promise<void> {
  await phone.value?.store.write({ meta: { shift: begun } });
  shift.value = begun;
}
