/**
 * Carrying a visit with the mouse: it goes on while the page scrolls, by wheel or near an edge, and Escape gives it up.
 * The browser's own drag begins anew wherever the page has scrolled to; this one holds the visit, not the place.
 */
const BEGINS_PX = 6;
const EDGE_PX = 64;
const STEP_PX = 18;

/** Where a visit can be let go; the nearest ancestor with this attribute takes it. */
export const TARGET = "data-takes";

/**
 * Begins to carry what was pressed, once the mouse has moved; a press that does not move stays a click.
 * `onDrop` hears over which target it was let go, and how far to the right in the window.
 */
export function carry(press: PointerEvent, onDrop: (target: Element, x: number) => void): void {
  const held = press.currentTarget as HTMLElement;
  if (press.button !== 0 || press.pointerType !== "mouse") return;
  let ghost: HTMLElement | null = null;
  let over: Element | null = null;
  let x = press.clientX;
  let y = press.clientY;
  let frame = 0;

  function look(): void {
    const target = document.elementFromPoint(x, y)?.closest(`[${TARGET}]`) ?? null;
    if (target === over) return;
    over?.classList.remove("is-target");
    target?.classList.add("is-target");
    over = target;
  }

  function scroll(): void {
    const down = y > innerHeight - EDGE_PX ? STEP_PX : y < EDGE_PX ? -STEP_PX : 0;
    if (down !== 0) {
      scrollBy(0, down);
      look();
    }
    frame = requestAnimationFrame(scroll);
  }

  function begin(): HTMLElement {
    const made = held.cloneNode(true) as HTMLElement;
    made.removeAttribute("id");
    made.setAttribute("aria-hidden", "true");
    made.className = `${held.className} plan-ghost`;
    document.body.append(made);
    held.classList.add("is-carried");
    document.documentElement.classList.add("is-carrying");
    frame = requestAnimationFrame(scroll);
    return made;
  }

  function move(event: PointerEvent): void {
    x = event.clientX;
    y = event.clientY;
    if (!ghost && Math.hypot(x - press.clientX, y - press.clientY) < BEGINS_PX) return;
    ghost ??= begin();
    ghost.style.transform = `translate(${x + 8}px, ${y + 8}px)`;
    look();
  }

  function end(): void {
    cancelAnimationFrame(frame);
    ghost?.remove();
    over?.classList.remove("is-target");
    held.classList.remove("is-carried");
    document.documentElement.classList.remove("is-carrying");
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", release);
    removeEventListener("pointercancel", end);
    removeEventListener("keydown", give, true);
    removeEventListener("scroll", look, true);
  }

  function release(): void {
    const target = over;
    const isCarried = ghost !== null;
    end();
    if (!isCarried) return;
    hushClick();
    if (target) onDrop(target, x);
  }

  function give(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.preventDefault();
    end();
    // The button is still down: letting go of it is no click either.
    addEventListener("pointerup", hushClick, { once: true });
  }

  addEventListener("pointermove", move);
  addEventListener("pointerup", release);
  addEventListener("pointercancel", end);
  addEventListener("keydown", give, true);
  addEventListener("scroll", look, true);
}

/** What was carried was not clicked; a click that comes of letting go comes before the next task. */
function hushClick(): void {
  const hush = (event: Event) => event.stopPropagation();
  addEventListener("click", hush, true);
  setTimeout(() => removeEventListener("click", hush, true));
}
