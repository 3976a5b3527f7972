import { useState } from "preact/hooks";

import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { t } from "../../ui/i18n/words";
import { w } from "../words/words";
import { differing, rolesOf, spelled, type Part, type Person } from "./person";
import { languages } from "./PersonFields";

type Side = "theirs" | "mine";

/**
 * Two people changed one person at the same time: what is on record now stands beside what was typed here.
 *
 * A part that only one of the two touched is chosen already; where both did, nothing is, until somebody chooses.
 */
export function Clash(props: {
  base: Person;
  theirs: Person;
  mine: Person;
  onChosen: (chosen: Person) => Promise<void>;
  onClose: () => void;
}) {
  const { base, theirs, mine } = props;
  const parts = differing(mine, theirs);
  const [sides, setSides] = useState(() => new Map(parts.map((part) => [part, sideOf(part, base, theirs, mine)])));
  const [isAsked, setAsked] = useState(false);
  const words = w().clash;

  async function apply(): Promise<void> {
    setAsked(true);
    if (parts.some((part) => !sides.get(part))) return;
    const chosen = { ...mine };
    for (const part of parts) if (sides.get(part) === "theirs") Object.assign(chosen, { [part]: theirs[part] });
    await props.onChosen(chosen);
  }

  return (
    <Dialog title={words.title} onClose={props.onClose}>
      <div class="stack">
        <p>{parts.length === 0 ? words.same : words.lead}</p>
        {parts.map((part) => (
          <fieldset key={part} class="versus">
            <legend class="label">{w().users[part]}</legend>
            {(["theirs", "mine"] as const).map((side) => (
              <label key={side} class="version">
                <input
                  type="radio"
                  name={part}
                  checked={sides.get(part) === side}
                  onChange={() => setSides(new Map(sides).set(part, side))}
                />
                <span>
                  <span class="soft small">{words[side]}</span>
                  <bdi class="version-value">{shown(part, side === "mine" ? mine : theirs)}</bdi>
                </span>
              </label>
            ))}
            {isAsked && !sides.get(part) && <p class="field-error">{words.choose}</p>}
          </fieldset>
        ))}
        <div class="actions">
          <Button kind="primary" onClick={apply}>
            {words.go}
          </Button>
          <Button onClick={props.onClose}>{t().back}</Button>
        </div>
      </div>
    </Dialog>
  );
}

function sideOf(part: Part, base: Person, theirs: Person, mine: Person): Side | undefined {
  if (spelled(mine, part) === spelled(base, part)) return "theirs";
  return spelled(theirs, part) === spelled(base, part) ? "mine" : undefined;
}

function shown(part: Part, person: Person): string {
  if (part === "roles") return rolesOf(person).map((role) => t().roles[role]).join(" · ");
  if (part === "language") return languages().find(([value]) => value === person.language)?.[1] ?? person.language;
  return person[part].trim() || "–";
}
