import { Checks } from "../../ui/Checks";
import { Field, Select } from "../../ui/Field";
import { t } from "../../ui/i18n/words";
import { w } from "../words/words";
import { ROLES, type Person } from "./person";

/** Whether the person can be saved; what is missing is marked once `isAsked`. */
export function isComplete(person: Person): boolean {
  return person.name.trim() !== "" && person.roles.size > 0;
}

/** Name, badge, language and roles of a person. */
export function PersonFields(props: { person: Person; onPerson: (person: Person) => void; isAsked: boolean }) {
  const { person, onPerson, isAsked } = props;
  const words = w().users;
  return (
    <>
      <div class="pair">
        <Field
          label={words.name}
          value={person.name}
          onValue={(name) => onPerson({ ...person, name })}
          error={isAsked && !person.name.trim() ? t().required : undefined}
          maxLength={200}
          dir="auto"
          autocomplete="off"
          spellcheck={false}
          isRequired
        />
        <Field
          label={words.badge}
          hint={words.badgeHint}
          value={person.badge}
          onValue={(badge) => onPerson({ ...person, badge })}
          maxLength={50}
          dir="auto"
          autocomplete="off"
          spellcheck={false}
        />
      </div>
      <Select
        label={words.language}
        value={person.language}
        onValue={(language) => onPerson({ ...person, language })}
        options={languages()}
      />
      <Checks
        label={words.roles}
        choices={ROLES.map((role) => ({ value: role, word: t().roles[role], hint: words.roleHints[role] }))}
        chosen={person.roles}
        onChosen={(roles) => onPerson({ ...person, roles })}
        error={isAsked && person.roles.size === 0 ? words.noRole : undefined}
      />
    </>
  );
}

export function languages(): [string, string][] {
  return [
    ["", w().users.anyLanguage],
    ["zh", "中文"],
    ["en", "English"],
  ];
}
