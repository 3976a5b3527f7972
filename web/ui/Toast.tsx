import { signal } from "@preact/signals";

const shown = signal<{ id: number; text: string } | null>(null);
const LONG_ENOUGH_MS = 6000;
let last = 0;

/** Says that something worked; read out, and gone by itself. */
export function toast(text: string): void {
  const id = ++last;
  shown.value = { id, text };
  setTimeout(() => {
    if (shown.value?.id === id) shown.value = null;
  }, LONG_ENOUGH_MS);
}

export function Toasts() {
  return (
    <div class="toasts" role="status">
      {shown.value && (
        <p key={shown.value.id} class="toast">
          <span aria-hidden="true">✓</span> {shown.value.text}
        </p>
      )}
    </div>
  );
}
