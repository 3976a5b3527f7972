/** Below this a day's photographs might not fit. */
export const LEAST_FREE_MB = 300;
const MEGA = 1_000_000;

/** What this browser may still keep; null where it does not say. */
export async function freeMegabytes(): Promise<number | null> {
  const told = await navigator.storage?.estimate?.();
  return told?.quota === undefined ? null : (told.quota - (told.usage ?? 0)) / MEGA;
}

export async function usedMegabytes(): Promise<number | null> {
  const told = await navigator.storage?.estimate?.();
  return told?.usage === undefined ? null : told.usage / MEGA;
}

export async function isPersisted(): Promise<boolean> {
  return (await navigator.storage?.persisted?.()) ?? false;
}

/** How full the battery is; null where the browser keeps that to itself. */
export async function batteryPercent(): Promise<number | null> {
  if (!("getBattery" in navigator)) return null;
  const ask = navigator.getBattery as () => Promise<{ level: number }>;
  return ask.call(navigator).then(
    ({ level }) => Math.round(level * 100),
    () => null,
  );
}
