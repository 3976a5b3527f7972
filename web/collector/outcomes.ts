import { signal } from "@preact/signals";

import { api, ask, type Schemas } from "../api/client";
import { session } from "../api/session";
import { opened } from "../store/phone";

export type OutcomeKind = Schemas["OutcomeKind"];

/** Every outcome that a visit can have, as the office told them last. */
export const outcomes = signal<readonly OutcomeKind[]>([]);

export async function learnOutcomes(): Promise<void> {
  const { store } = opened();
  outcomes.value = ((await store.get("outcomes")) ?? []) as OutcomeKind[];
  if (!session.value) return;
  try {
    const { items } = await ask(api.GET("/v1/outcomes"));
    outcomes.value = items;
    await store.write({ meta: { outcomes: items } });
  } catch {
    // Those of last time stay good: a code is never used for something else.
  }
}
