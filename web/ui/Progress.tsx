/** How far something is; without `done` or `all`, only that it goes on. The label is read out as it changes. */
export function Progress({ label, done, all, more }: { label: string; done: number | null; all: number | null; more?: string }) {
  return (
    <div class="progress">
      <p>
        <span role="status">{label}</span> {more && <span class="soft">{more}</span>}
      </p>
      <progress aria-label={label} {...(done !== null && all ? { value: done, max: all } : {})} />
    </div>
  );
}
