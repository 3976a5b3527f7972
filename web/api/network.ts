import { signal } from "@preact/signals";

import { OfflineError } from "./problem";

/** Whether the last thing we know of the network is that it does not carry. */
export const isOffline = signal(!navigator.onLine);

addEventListener("online", () => {
  isOffline.value = false;
});
addEventListener("offline", () => {
  isOffline.value = true;
});

/** Sends a request; a network that does not carry is an `OfflineError` and is shown as one. */
export async function send(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    isOffline.value = false;
    return response;
  } catch (error) {
    if (request.signal.aborted) throw error;
    isOffline.value = true;
    throw new OfflineError();
  }
}
