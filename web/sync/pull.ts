/** Changes down: the visits of today and the next two days, under the content key. */
import { changesSince, type Changes } from "../api/sync";
import { addDays } from "../core/days";
import { openJson, sealJson } from "../core/vault";
import type { Stop } from "../store/live";
import type { Phone } from "../store/phone";
import type { Slice, StopRow } from "../store/rows";
import { timed } from "./contact";
import { changedMeanwhile, type Change } from "./status";

/** How long one's own past visits stay readable here. */
const KEPT_DAYS = 7;
/** How many days after today the office tells of. */
const SLICE_DAYS = 2;

/** This phone knows everything that the server had to tell. */
export async function pull({ store }: Phone, content: CryptoKey): Promise<void> {
  let cursor = (await store.get("slice"))?.cursor ?? null;
  const present = new Set<string>();
  for (;;) {
    const { told, contact } = await timed(() => changesSince(cursor));
    for (const stop of told.stops) present.add(stop.id);
    const rows = await store.all("stops");
    const gone = await removals(rows, told, present, content);
    const changes = await changesOf(rows, told, await store.get("slice"), content);
    const kept = await Promise.all(told.stops.map((stop) => row(stop, content)));
    const old = rows.filter((each) => each.day < addDays(told.day, -KEPT_DAYS));
    const { day, timezone, pay_to, server_time: at } = told;
    await store.write({
      stops: [...gone, ...kept],
      remove: old.map((each) => ["stops", each.id] as const),
      meta: { contact, slice: { cursor: told.cursor, day, timezone, pay_to, at }, pin_reset: told.pin_reset },
    });
    for (const each of gone) changes.set(each.id, "removed");
    if (changes.size > 0) changedMeanwhile.value = new Map([...changedMeanwhile.value, ...changes]);
    cursor = told.cursor;
    if (!told.more) return;
  }
}

/** Visits whose hour is another, and those that are new to this phone on a day that it knew. */
async function changesOf(
  rows: StopRow[],
  told: Changes,
  slice: Slice | undefined,
  content: CryptoKey,
): Promise<Map<string, Change>> {
  const changes = new Map<string, Change>();
  if (!slice) return changes;
  const lastKnown = addDays(slice.day, SLICE_DAYS);
  const before = new Map(rows.map((each) => [each.id, each]));
  for (const stop of told.stops.filter((each) => each.day >= told.day && each.visit === null)) {
    const known = before.get(stop.id);
    const old = known && (await openJson<Stop>(content, known.sealed));
    if (!old || old.removed) {
      if (stop.day <= lastKnown) changes.set(stop.id, "added");
    } else if (old.planned_from !== stop.planned_from || old.day !== stop.day) changes.set(stop.id, "moved");
  }
  return changes;
}

async function row(stop: Stop, content: CryptoKey): Promise<StopRow> {
  return { id: stop.id, day: stop.day, position: stop.position, sealed: await sealJson(content, stop) };
}

/** Visits that are no longer this person's: they stay to be told of, and open to whoever is at the door already. */
async function removals(rows: StopRow[], told: Changes, present: ReadonlySet<string>, content: CryptoKey): Promise<StopRow[]> {
  const reasons = new Map(told.removed.map((each) => [each.appointment_id, each.reason]));
  if (told.is_full && !told.more) {
    const missing = rows.filter((each) => each.day >= told.day && !present.has(each.id) && !reasons.has(each.id));
    for (const each of missing) reasons.set(each.id, "over");
  }
  const found: StopRow[] = [];
  for (const each of rows.filter((one) => reasons.has(one.id))) {
    const stop = await openJson<Stop>(content, each.sealed);
    const removed = reasons.get(each.id);
    if (removed && stop.removed !== removed) found.push(await row({ ...stop, removed }, content));
  }
  return found;
}
