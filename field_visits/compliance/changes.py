"""What differs between two releases of a pack: for whoever has to know before it binds. Pure."""

from dataclasses import dataclass, fields

from field_visits.compliance.packs import Pack
from field_visits.compliance.rules import Rule

# A tenant's own setting is no part of a release.
_COMPARED = tuple(field.name for field in fields(Rule) if field.name not in {"id", "measure", "setting"})


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule that was added, removed or changed. `fields` names what changed; figures are in words."""

    rule_id: str
    what: str
    fields: tuple[str, ...]
    figure_before: str | None
    figure_after: str | None


def changes(before: Pack, after: Pack) -> tuple[RuleChange, ...]:
    """Every rule that is not the same in both, in order of id."""
    old = {rule.id: rule for rule in before.rules}
    new = {rule.id: rule for rule in after.rules}
    found = []
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        if was is None and now is not None:
            found.append(RuleChange(name, "added", (), None, str(now.measure)))
        elif now is None and was is not None:
            found.append(RuleChange(name, "removed", (), str(was.measure), None))
        elif was is not None and now is not None and (differing := _differing(was, now)):
            found.append(RuleChange(name, "changed", differing, str(was.measure), str(now.measure)))
    return tuple(found)


def _differing(was: Rule, now: Rule) -> tuple[str, ...]:
    named = tuple(name for name in _COMPARED if getattr(was, name) != getattr(now, name))
    return (*named, "figure") if was.measure != now.measure else named
