/**
 * The way to a door in the map that somebody prefers. Places are WGS-84; 高德 and 百度 are told so and convert
 * themselves, Tencent's map knows its own datum (GCJ-02) alone, so for it the place is converted on the way out.
 */
import type { Point } from "./geo";
import { toGcj02 } from "./gcj02";

export const MAPS = ["amap", "baidu", "tencent", "google", "apple"] as const;
export type MapName = (typeof MAPS)[number];

export function wayTo(map: MapName, door: Point): string {
  const { lat, lon } = door;
  switch (map) {
    case "amap":
      return `https://uri.amap.com/navigation?to=${lon},${lat}&mode=car&coordinate=wgs84&callnative=1`;
    case "baidu":
      return `https://api.map.baidu.com/direction?destination=${lat},${lon}&coord_type=wgs84&mode=driving&output=html&src=doorstep`;
    case "tencent": {
      const drawn = toGcj02(door);
      return `https://apis.map.qq.com/uri/v1/routeplan?type=drive&tocoord=${drawn.lat},${drawn.lon}&referer=doorstep`;
    }
    case "google":
      return `https://www.google.com/maps/dir/?api=1&destination=${lat},${lon}`;
    case "apple":
      return `https://maps.apple.com/?daddr=${lat},${lon}`;
  }
}
