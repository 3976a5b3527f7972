import type { ComponentChildren } from "preact";

/** Nothing is here, and what that means. */
export function Empty(props: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <span class="empty-mark" aria-hidden="true" />
      <p class="empty-title">{props.title}</p>
      {props.children && <div class="empty-text">{props.children}</div>}
    </div>
  );
}
