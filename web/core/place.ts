/** Where the phone is: the best of a few seconds, exactly as the phone gave it (WGS-84). */

export interface Fix {
  point: { lat: number; lon: number };
  accuracy_m: number;
  taken_at: string;
}

const LONGEST_MS = 8000;
const GOOD_ENOUGH_M = 15;

/** The best position had within eight seconds; null where the phone gives none, which is told and not hidden. */
export function bestFix(onBetter: (fix: Fix) => void = () => undefined): Promise<Fix | null> {
  if (!("geolocation" in navigator)) return Promise.resolve(null);
  return new Promise((resolve) => {
    let best: Fix | null = null;
    const end = () => {
      navigator.geolocation.clearWatch(watch);
      clearTimeout(timer);
      resolve(best);
    };
    const timer = setTimeout(end, LONGEST_MS);
    const watch = navigator.geolocation.watchPosition(
      ({ coords, timestamp }) => {
        if (best && best.accuracy_m <= coords.accuracy) return;
        best = {
          point: { lat: coords.latitude, lon: coords.longitude },
          accuracy_m: coords.accuracy,
          taken_at: new Date(timestamp).toISOString(),
        };
        onBetter(best);
        if (best.accuracy_m <= GOOD_ENOUGH_M) end();
      },
      // Refused or switched off: waiting longer does not help.
      (error) => error.code === error.PERMISSION_DENIED && end(),
      { enableHighAccuracy: true, maximumAge: 0 },
    );
  });
}
