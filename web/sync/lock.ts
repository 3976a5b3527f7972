/**
 * One at a time, in every tab of this browser: reading the last link, hashing and writing the next one is a race
 * otherwise, because a transaction of the store ends while the hash is awaited.
 */
export function alone<T>(what: "outbox" | "send", device: string, work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(`doorstep-${what}-${device}`, work) as Promise<T>;
}

/** Does nothing if another tab is at it: it is then being done. */
export async function unlessBusy(what: "send", device: string, work: () => Promise<void>): Promise<void> {
  await navigator.locks.request(`doorstep-${what}-${device}`, { ifAvailable: true }, async (lock) => {
    if (lock) await work();
  });
}
