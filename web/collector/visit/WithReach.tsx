import type { ComponentChildren } from "preact";

/** What is read scrolls; what is pressed stays at the thumb and covers nothing. */
export function WithReach({ reach, children }: { reach: ComponentChildren; children: ComponentChildren }) {
  return (
    <div class="with-reach">
      <div class="scroll">
        <div class="stack visit">{children}</div>
      </div>
      <div class="reach stack-s">{reach}</div>
    </div>
  );
}
