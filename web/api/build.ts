import { signal } from "@preact/signals";

/** Whether the server has newer pages than this one: it is said kindly, and nothing reloads by itself. */
export const isStale = signal(false);

const EVERY_MS = 5 * 60_000;

async function look(): Promise<void> {
  if (document.visibilityState !== "visible" || isStale.value) return;
  try {
    const response = await fetch("/build.json", { cache: "no-cache" });
    if (!response.ok) return;
    const { build } = (await response.json()) as { build: string };
    isStale.value = build !== __BUILD__;
  } catch {
    // Offline: there is nothing newer to be had.
  }
}

export function watchBuild(): void {
  document.addEventListener("visibilitychange", () => void look());
  setInterval(() => void look(), EVERY_MS);
  // A part of an older build is not there any more.
  addEventListener("vite:preloadError", () => {
    isStale.value = true;
  });
}
