import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Problem } from "../../api/problem";
import { useDoing } from "../../ui/load";
import { Breaches } from "./Breaches";
import { moveIn, pinIn, type Move } from "./edit";
import type { Draft } from "./load";

export interface Editing {
  /** As it stands after the newest edit; null where a published plan is looked at. */
  draft: Draft | null;
  isBusy: boolean;
  error: unknown;
  /** What stands against the wish, where the error names it. */
  told: ComponentChildren;
  move: (move: Move) => Promise<Draft | null>;
  pin: (appointmentId: string, isPinned: boolean) => Promise<Draft | null>;
  forget: () => void;
}

/** Edits of a draft, one at a time, each on the version that the one before gave. */
export function useEditing(loaded: Draft | null, reload: () => Promise<void>): Editing {
  const [draft, setDraft] = useState(loaded);
  useEffect(() => setDraft(loaded), [loaded]);
  const doing = useDoing(async (work: (draft: Draft) => Promise<Draft>, keep: (draft: Draft) => void) => {
    if (!draft) return;
    try {
      const after = await work(draft);
      setDraft(after);
      keep(after);
    } catch (error) {
      // Somebody else changed it meanwhile: what they made of it is shown.
      if (error instanceof Problem && error.status === 412) await reload();
      throw error;
    }
  });

  async function edit(work: (draft: Draft) => Promise<Draft>): Promise<Draft | null> {
    let after: Draft | null = null;
    const isDone = await doing.run(work, (kept) => {
      after = kept;
    });
    return isDone ? after : null;
  }

  const breaches = doing.error instanceof Problem ? doing.error.breaches : [];
  return {
    draft,
    isBusy: doing.isBusy,
    error: doing.error,
    told: breaches.length > 0 && <Breaches breaches={breaches} />,
    move: (move) => edit((before) => moveIn(before, move)),
    pin: (appointmentId, isPinned) => edit((before) => pinIn(before, appointmentId, isPinned)),
    forget: doing.forget,
  };
}
