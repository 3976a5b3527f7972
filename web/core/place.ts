/** Where the phone is: every fix of a few seconds and the best of them, exactly as the phone gave them (WGS-84). */

export interface Fix {
  point: { lat: number; lon: number };
  accuracy_m: number;
  taken_at: string;
}

/** What the receiver said in those seconds; `best` is null where it said nothing, which is told and not hidden. */
export interface Fixes {
  best: Fix | null;
  all: Fix[];
}

const LONGEST_MS = 8000;
const GOOD_ENOUGH_M = 15;
const MOST = 60;

/** Ends at once when a fix is exact enough, and after eight seconds at the latest. */
export function takeFixes(onFix: (fixes: Fixes) => void = () => undefined): Promise<Fixes> {
  const fixes: Fixes = { best: null, all: [] };
  if (!("geolocation" in navigator)) return Promise.resolve(fixes);
  return new Promise((resolve) => {
    const end = () => {
      navigator.geolocation.clearWatch(watch);
      clearTimeout(timer);
      resolve(fixes);
    };
    const timer = setTimeout(end, LONGEST_MS);
    const watch = navigator.geolocation.watchPosition(
      ({ coords, timestamp }) => {
        const fix = {
          point: { lat: coords.latitude, lon: coords.longitude },
          accuracy_m: coords.accuracy,
          taken_at: new Date(timestamp).toISOString(),
        };
        if (fixes.all.length < MOST) fixes.all.push(fix);
        if (!fixes.best || fix.accuracy_m < fixes.best.accuracy_m) fixes.best = fix;
        onFix(fixes);
        if (fixes.best.accuracy_m <= GOOD_ENOUGH_M) end();
      },
      // Refused or switched off: waiting longer does not help.
      (error) => error.code === error.PERMISSION_DENIED && end(),
      { enableHighAccuracy: true, maximumAge: 0 },
    );
  });
}
