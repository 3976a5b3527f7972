import { useState } from "preact/hooks";

import { MAPS, wayTo, type MapName } from "../../core/handoff";
import type { Stop } from "../../store/live";
import { w } from "./words/words";

const KEPT = "doorstep.map";

function remembered(country: string): MapName {
  const kept = localStorage.getItem(KEPT) as MapName | null;
  if (kept && MAPS.includes(kept)) return kept;
  return country === "CN" ? "amap" : "google";
}

/** The way there in the map that this person chose last; only the place is told, and only on a tap. */
export function Navigate({ stop: { address } }: { stop: Stop }) {
  const words = w();
  const [map, setMap] = useState(() => remembered(address.country));
  const { lat, lon } = address;
  if (lat === null || lon === null) return null;

  function choose(name: string): void {
    localStorage.setItem(KEPT, name);
    setMap(name as MapName);
  }

  return (
    <div class="navigate">
      <a class="button button-plain button-large" href={wayTo(map, { lat, lon })} target="_blank" rel="noreferrer noopener">
        {words.navigate}
      </a>
      <label>
        <span class="sr-only">{words.mapChoice}</span>
        <select class="input" value={map} onChange={(event) => choose(event.currentTarget.value)}>
          {MAPS.map((name) => (
            <option key={name} value={name}>
              {words.maps[name]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
