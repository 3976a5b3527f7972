import { api, type Schemas } from "../../api/client";
import { every } from "../../api/pages";

export const TURNED_AWAY = "command_turned_away";

/** A record that was kept as it came and changed nothing: whose, which, why, and how far somebody is with it. */
export interface TurnedAway {
  alert: Schemas["Alert"];
  person: string | null;
  phone: string | null;
  type: string | null;
  reason: string;
  seq: number;
  claimed_at: string | null;
}

/** What waits for somebody, the oldest first, and what was dealt with, the newest first. */
export async function loadTurnedAway(): Promise<{ waiting: TurnedAway[]; done: TurnedAway[] }> {
  const [open, taken, closed, devices] = await Promise.all([
    inState("open"),
    inState("acknowledged"),
    inState("closed"),
    every((cursor) => api.GET("/v1/devices", { params: { query: { limit: 200, ...cursor } } })),
  ]);
  const phones = new Map(devices.map((device) => [device.id, device]));
  const read = (alert: Schemas["Alert"]) => told(alert, phones);
  const waiting = [...open, ...taken].sort((one, other) => one.opened_at.localeCompare(other.opened_at));
  return { waiting: waiting.map(read), done: closed.map(read) };
}

function inState(state: Schemas["Alert"]["state"]): Promise<Schemas["Alert"][]> {
  return every((cursor) => api.GET("/v1/alerts", { params: { query: { state, kind: TURNED_AWAY, limit: 200, ...cursor } } }));
}

function told(alert: Schemas["Alert"], phones: ReadonlyMap<string, Schemas["Device"]>): TurnedAway {
  const { device, type, reason, seq, claimed_at } = alert.detail as Record<string, string | number | null>;
  const phone = phones.get(String(device));
  return {
    alert,
    person: phone ? (phone.person ?? phone.username) : null,
    phone: phone?.name ?? null,
    type: type === null ? null : String(type),
    reason: String(reason),
    seq: Number(seq),
    claimed_at: claimed_at === null ? null : String(claimed_at),
  };
}
