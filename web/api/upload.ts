/** A large file on its way to the API: `fetch` does not tell how much was sent, so this goes by XMLHttpRequest. */
import { freshKey } from "./client";
import { OfflineError, problemOf } from "./problem";
import { refresh, session } from "./session";

/** The key of each file whose upload was not answered: sent again to the same address, it is the same request. */
const unanswered = new WeakMap<Blob, { address: string; key: string }>();

/**
 * What the API says to the bytes of `file`.
 *
 * Ends in a `Problem`, in an `OfflineError` if the connection broke, or in an `AbortError` if `signal` said stop.
 */
export async function upload<T>(
  address: string,
  file: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<T> {
  const before = unanswered.get(file);
  const key = before?.address === address ? before.key : freshKey();
  unanswered.set(file, { address, key });
  let response = await put(address, file, key, onSent, signal);
  if (response.status === 401 && (await refresh())) response = await put(address, file, key, onSent, signal);
  if (response.status < 500) unanswered.delete(file);
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}

function put(
  address: string,
  file: Blob,
  key: string,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Authorization", `Bearer ${session.value?.access ?? ""}`);
    request.setRequestHeader("Idempotency-Key", key);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => onSent(event.loaded));
    request.addEventListener("load", () => {
      const headers = { "X-Request-Id": request.getResponseHeader("X-Request-Id") ?? "" };
      resolve(new Response(request.responseText, { status: request.status, headers }));
    });
    request.addEventListener("error", () => reject(new OfflineError()));
    request.addEventListener("abort", () => reject(new DOMException("The upload was stopped.", "AbortError")));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
