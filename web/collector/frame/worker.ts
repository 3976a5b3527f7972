import { signal } from "@preact/signals";

/** A newer version lies ready and waits for somebody to say so. */
export const fresh = signal<ServiceWorker | null>(null);

/** The worker keeps the phone's pages, for this part of the address alone. */
export function registerWorker(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  const hadOne = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.register("/sw.js", { scope: "/m" }).then(
    (registration) => {
      const look = () => {
        if (hadOne && registration.waiting) fresh.value = registration.waiting;
      };
      look();
      registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
      });
    },
    // A browser without one works all the same while it has signal.
    () => undefined,
  );
}

/** The new version takes over, because somebody pressed for it: never by itself, and never in the middle of a visit. */
export function takeOver(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  fresh.value?.postMessage("take-over");
}
