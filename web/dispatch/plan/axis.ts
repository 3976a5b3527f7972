/** Where an instant lies on the board: hours from left to right, in percent of its width. */
import type { Laid } from "./load";

const HOUR_MS = 3_600_000;

export interface Axis {
  from: number;
  to: number;
  /** Every full hour, as an instant. */
  hours: string[];
}

/** From the full hour before the first shift or visit to the one after the last. */
export function axisOf(plan: Laid): Axis {
  const times = [
    ...plan.crews.flatMap((crew) => [crew.works_from, crew.works_to]),
    ...plan.routes.flatMap((route) => [route.depart_at, route.return_at]),
  ].map((at) => Date.parse(at));
  const from = Math.floor(Math.min(...times) / HOUR_MS) * HOUR_MS;
  const to = Math.ceil(Math.max(...times) / HOUR_MS) * HOUR_MS;
  const count = Math.round((to - from) / HOUR_MS);
  const hours = Array.from({ length: count + 1 }, (_, hour) => new Date(from + hour * HOUR_MS).toISOString());
  return { from, to, hours };
}

export function place(axis: Axis, from: string | number, to: string | number = from): { left: string; width: string } {
  const share = (at: string | number) => (100 * ((typeof at === "number" ? at : Date.parse(at)) - axis.from)) / (axis.to - axis.from);
  const left = Math.max(0, Math.min(100, share(from)));
  const right = Math.max(left, Math.min(100, share(to)));
  return { left: `${left.toFixed(3)}%`, width: `${(right - left).toFixed(3)}%` };
}

export function contains(axis: Axis, at: string): boolean {
  const instant = Date.parse(at);
  return instant >= axis.from && instant <= axis.to;
}
