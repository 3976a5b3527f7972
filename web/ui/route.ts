import { signal } from "@preact/signals";

/** Where we are, from the part of the address that never leaves the browser: `#/cases/…` → ["cases", …]. */
export const route = signal<readonly string[]>(read());

function read(): readonly string[] {
  return location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
}

addEventListener("hashchange", () => {
  route.value = read();
  // A new screen is a new page: it begins at its top, and readers and keyboards begin there too.
  scrollTo(0, 0);
  document.getElementById("content")?.focus({ preventScroll: true });
});

export function to(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function go(...parts: string[]): void {
  location.hash = to(...parts);
}
