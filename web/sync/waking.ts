import { signal } from "@preact/signals";

/** Rises whenever there is something to send at once. */
export const calls = signal(0);

export function wake(): void {
  calls.value += 1;
}
