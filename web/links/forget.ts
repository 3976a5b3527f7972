/** A code that was used stands no longer in the address, nor in what the browser remembers of it. */
export function forget(): void {
  history.replaceState(null, "", location.pathname + location.search);
}
