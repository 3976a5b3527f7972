import type { Point } from "./geo";

/** The ellipsoid of Krasovsky, on which China's map datum was built. */
const AXIS = 6378245;
const FLATNESS = 0.00669342162296594323;

/**
 * WGS-84 as maps of mainland China draw it. Only to draw or to hand over: what is kept stays as the receiver gave it.
 * Outside of the mainland nothing is shifted.
 */
export function toGcj02({ lat, lon }: Point): Point {
  if (lon < 72.004 || lon > 137.8347 || lat < 0.8293 || lat > 55.8271) return { lat, lon };
  const radians = (lat / 180) * Math.PI;
  const magic = 1 - FLATNESS * Math.sin(radians) ** 2;
  const north = (shiftNorth(lon - 105, lat - 35) * 180) / (((AXIS * (1 - FLATNESS)) / (magic * Math.sqrt(magic))) * Math.PI);
  const east = (shiftEast(lon - 105, lat - 35) * 180) / ((AXIS / Math.sqrt(magic)) * Math.cos(radians) * Math.PI);
  return { lat: round(lat + north), lon: round(lon + east) };
}

function shiftNorth(x: number, y: number): number {
  const base = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  return base + waves(x, [20, 6], [20, 2]) + waves(y, [20, 1], [40, 1 / 3]) + waves(y, [160, 1 / 12], [320, 1 / 30]);
}

function shiftEast(x: number, y: number): number {
  const base = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  return base + waves(x, [20, 6], [20, 2]) + waves(x, [20, 1], [40, 1 / 3]) + waves(x, [150, 1 / 12], [300, 1 / 30]);
}

function waves(at: number, ...pairs: [height: number, turns: number][]): number {
  return pairs.reduce((sum, [height, turns]) => sum + (height * 2 * Math.sin(at * turns * Math.PI)) / 3, 0);
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
