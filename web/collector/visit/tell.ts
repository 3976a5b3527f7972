import type { Change } from "../../store/db";
import type { Visit } from "../../store/visit";
import { record, recordSoon, type Command } from "../../sync/outbox";

/** Something happened at a visit: in the chain, and on the disk, when this ends. */
export async function tell(visit: Visit, type: string, payload: object, change?: Change): Promise<void> {
  await record(about(visit, type, payload), change);
}

/** The same of a moment that is over: somebody was asked about it meanwhile. */
export async function tellOf(moment: string, visit: Visit, type: string, payload: object): Promise<void> {
  await record({ ...about(visit, type, payload), occurred_at: moment });
}

/** The same, but it can be taken back for ten seconds. */
export async function tellSoon(visit: Visit, type: string, payload: object): Promise<void> {
  await recordSoon(visit.id, about(visit, type, payload));
}

function about(visit: Visit, type: string, payload: object): Command {
  const { appointment_id, id: visit_id, version: base_version } = visit;
  return { type, appointment_id, visit_id, base_version, payload };
}
