import type { Schemas } from "../../api/client";
import { StatusChip } from "../../ui/StatusChip";
import { w } from "../words/words";

/** Whether a person can sign in, and what they still have to do for it. */
export function Standing({ user }: { user: Schemas["User"] }) {
  const words = w().users;
  if (user.state !== "active") return <StatusChip tone="grey" word={words.states.disabled} />;
  if (user.password_given_at !== null) return <StatusChip tone="amber" word={words.awaitsPassword} />;
  return <StatusChip tone="green" word={words.states.active} />;
}
