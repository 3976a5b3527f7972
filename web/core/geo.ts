/** Whether a fix lies at a door: inside, uncertain or outside, never a bare yes. The server judges it again. */

export interface Point {
  lat: number;
  lon: number;
}

export type Placement = "inside" | "uncertain" | "outside";

export const RADIUS_M = 100;
/** A position rounded to 0.001° lies at most so far from the door. */
const APPROXIMATE_M = 80;
const EARTH_M = 6_371_008.8;

/** Metres along the great circle (haversine): within half a percent of the ellipsoid's. */
export function distanceM(from: Point, to: Point): number {
  const [lat, other] = [radians(from.lat), radians(to.lat)];
  const half = Math.sin((other - lat) / 2) ** 2;
  const across = Math.cos(lat) * Math.cos(other) * Math.sin(radians(to.lon - from.lon) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(half + across)));
}

/** Inside: the whole disc of doubt lies in the circle round the door. Outside: none of it does. */
export function placementOf(fix: Point, accuracyM: number, door: Point, isApproximate: boolean): Placement {
  const doubt = Math.ceil(accuracyM + (isApproximate ? APPROXIMATE_M : 0));
  const distance = Math.round(distanceM(fix, door));
  if (distance + doubt <= RADIUS_M) return "inside";
  return distance - doubt > RADIUS_M ? "outside" : "uncertain";
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
