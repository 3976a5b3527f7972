import type { ComponentChildren } from "preact";

import { to } from "../../ui/route";
import { Steps } from "./Steps";
import { w } from "./words/words";

/** A page on the way of a file: its title, the way back, and the step that it is. */
export function Frame(props: { step?: number; title?: string; children: ComponentChildren }) {
  return (
    <>
      <div class="page-head">
        <h1>{props.title ?? w().title}</h1>
        <a href={to("import")}>{w().back}</a>
      </div>
      <div class="stack">
        {props.step !== undefined && <Steps at={props.step} />}
        {props.children}
      </div>
    </>
  );
}
