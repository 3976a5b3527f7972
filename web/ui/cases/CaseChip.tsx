import { StatusChip } from "../StatusChip";
import { c } from "./words";

export function CaseChip({ state }: { state: string }) {
  return <StatusChip tone={state === "open" ? "blue" : "grey"} word={c().caseStates[state] ?? state} />;
}
