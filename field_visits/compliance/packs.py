"""Released packs and the book of rules in force for one tenant on one day.

A released pack is a frozen file, kept for ever: a change is a new file with a new version beside it. Its
hash is the SHA-256 of its exact bytes, and decisions name it.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from field_visits.compliance.facts import Action, Channel
from field_visits.compliance.kinds.limits import Limit
from field_visits.compliance.pack_file import PackError, read_pack
from field_visits.compliance.rules import Rule
from field_visits.compliance.settings import RuleSettingError, RuleSettings, apply_setting
from field_visits.compliance.zones import TZDATA_VERSION
from field_visits.kernel.decision import Verdict

__all__ = ["Pack", "PackError", "RuleBook", "effective", "list_packs", "load_packs", "read", "replayed"]


@dataclass(frozen=True, slots=True)
class Pack:
    """One released pack file. Two packs are equal if their bytes are."""

    id: str
    version: str
    hash: str
    jurisdiction: str = field(compare=False)
    title: str = field(compare=False)
    title_zh: str | None = field(compare=False)
    effective: date = field(compare=False)
    rules: tuple[Rule, ...] = field(compare=False, repr=False)


def read(raw: bytes, file: str) -> Pack:
    """The pack whose exact bytes are `raw`; raises PackError naming `file` and the rule."""
    head, rules = read_pack(raw, file)
    return Pack(
        id=head.id,
        version=head.version,
        hash=hashlib.sha256(raw).hexdigest(),
        jurisdiction=head.jurisdiction,
        title=head.title,
        title_zh=head.title_zh,
        effective=head.effective,
        rules=rules,
    )


def list_packs(raws: Mapping[str, bytes]) -> tuple[Pack, ...]:
    """Every pack of a folder given as file name to bytes, by id and effective day.

    Raises:
        PackError: A file is unreadable, a release is doubled, or two packs share a rule id.
    """
    packs: list[Pack] = []
    owners: dict[str, str] = {}
    for file, raw in sorted(raws.items()):
        pack = read(raw, file)
        for other in packs:
            if pack.id == other.id and (pack.version == other.version or pack.effective == other.effective):
                raise PackError(f"{file}: pack {pack.id} has another file of this version or effective day.")
        for rule in pack.rules:
            if owners.setdefault(rule.id, pack.id) != pack.id:
                raise PackError(f"{file}, rule {rule.id}: pack {owners[rule.id]} has a rule of this id.")
        packs.append(pack)
    return tuple(sorted(packs, key=lambda pack: (pack.id, pack.effective)))


@lru_cache(maxsize=1)
def load_packs() -> tuple[Pack, ...]:
    """All packs released with the product. Called at start, so that a bad one stops it there.

    Raises:
        PackError: As `list_packs`.
    """
    folder = files("field_visits.compliance").joinpath("packs")
    return list_packs(
        {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(".toml")}
    )


class RuleBook:
    """The rules in force for one tenant on one day, indexed for `decide`. Immutable."""

    def __init__(
        self, packs: Sequence[Pack], rules: Mapping[str, tuple[Rule, ...]], settings_hash: str
    ) -> None:
        self.packs = tuple(packs)
        self._rules = rules
        self._index = {
            (action, channel): tuple(
                (pack.jurisdiction, rule)
                for pack in self.packs
                for rule in rules[pack.id]
                if rule.concerns(action, channel)
            )
            for action in Action
            for channel in Channel
        }
        self.names: Mapping[str, str] = MappingProxyType(
            {pack.id: pack.hash for pack in self.packs}
            | {"settings": settings_hash, "tzdata": TZDATA_VERSION}
        )

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All of them, pack by pack."""
        return tuple(rule for pack in self.packs for rule in self._rules[pack.id])

    def covers(self, jurisdiction: str) -> bool:
        """Whether a pack of this jurisdiction or of its country is in the book."""
        return any(_speaks_in(pack.jurisdiction, jurisdiction) for pack in self.packs)

    def concerning(self, action: Action, channel: Channel, jurisdictions: Sequence[str]) -> list[Rule]:
        """The rules to ask; with no jurisdiction named, those of all packs."""
        return [
            rule
            for speaker, rule in self._index[action, channel]
            if not jurisdictions or any(_speaks_in(speaker, named) for named in jurisdictions)
        ]

    def limit(self, measure: str, jurisdictions: Sequence[str] = ()) -> int | None:
        """The strictest refusing limit on a field of `Terms`, for instance `plan_months` (CN-PLAN-2)."""
        return min(
            (
                rule.measure.most
                for pack in self.packs
                for rule in self._rules[pack.id]
                if isinstance(rule.measure, Limit)
                and rule.measure.measure == measure
                and rule.verdict is Verdict.REFUSE
                and (
                    not jurisdictions or any(_speaks_in(pack.jurisdiction, named) for named in jurisdictions)
                )
            ),
            default=None,
        )


def _speaks_in(pack_jurisdiction: str, named: str) -> bool:
    return named == pack_jurisdiction or named.partition("-")[0] == pack_jurisdiction


def effective(packs: Iterable[Pack], on: date, settings: RuleSettings) -> RuleBook:
    """The book of rules that bind this tenant on the local day `on` (the day of the visit).

    Of each pack that the settings name, the newest release whose effective day has come; of it the rules
    whose own effective day has come; each with the tenant's figure. Cached: a book is immutable.

    Raises:
        PackError: The settings name no pack, an unknown one, or one not yet in force on that day.
        RuleSettingError: A setting names an unknown rule or loosens a floor without sign-off.
    """
    return _effective(tuple(packs), on, settings)


@lru_cache(maxsize=512)
def _effective(packs: tuple[Pack, ...], on: date, settings: RuleSettings) -> RuleBook:
    if not settings.packs:
        raise PackError("No pack is chosen: an organisation works under at least one.")
    chosen: list[Pack] = []
    for name in sorted(set(settings.packs)):
        releases = [pack for pack in packs if pack.id == name]
        if not releases:
            known = ", ".join(sorted({pack.id for pack in packs}))
            raise PackError(f"There is no pack {name!r}; there are {known}.")
        in_force = [pack for pack in releases if pack.effective <= on]
        if not in_force:
            first = min(pack.effective for pack in releases)
            raise PackError(f"Pack {name} is in force from {first} on, not yet on {on}.")
        chosen.append(max(in_force, key=lambda pack: pack.effective))
    return _book_of(chosen, on, settings)


def replayed(packs: Iterable[Pack], named: Mapping[str, str], on: date, settings: RuleSettings) -> RuleBook:
    """The very book by which a decision was made, from the hashes that it names (`Decision.packs`).

    With it `decide` gives the same answer again to the same facts, years later.

    Args:
        packs: Every release that is kept.
        named: Pack id to hash, and the hashes of settings and time zones' data, as the decision has them.
        on: The local day that was judged.
        settings: The tenant's settings of then.

    Raises:
        PackError: A release, or the data of time zones, is not the one of then; the sentence says which.
        RuleSettingError: The settings are not those of then.
    """
    releases = {(pack.id, pack.hash): pack for pack in packs}
    asked = {name: told for name, told in named.items() if name not in {"settings", "tzdata"}}
    if missing := sorted(name for name, told in asked.items() if (name, told) not in releases):
        raise PackError(f"The release that was used is not kept here: {', '.join(missing)}.")
    if named.get("tzdata") != TZDATA_VERSION:
        raise PackError(f"It was judged with tzdata {named.get('tzdata')}; this is {TZDATA_VERSION}.")
    if named.get("settings") != settings.hash:
        raise RuleSettingError("These are not the settings by which it was judged.")
    return _book_of([releases[name, asked[name]] for name in sorted(asked)], on, settings)


def _book_of(chosen: Sequence[Pack], on: date, settings: RuleSettings) -> RuleBook:
    by_rule = {setting.rule_id: setting for setting in settings.rules}
    if len(by_rule) < len(settings.rules):
        raise RuleSettingError("A rule has two settings; keep one.")
    known_rules = {rule.id for pack in chosen for rule in pack.rules}
    if strangers := sorted(by_rule.keys() - known_rules):
        raise RuleSettingError(f"No rule of the chosen packs is called {', '.join(strangers)}.")
    rules = {
        pack.id: tuple(
            apply_setting(rule, by_rule[rule.id]) if rule.id in by_rule else rule
            for rule in pack.rules
            if rule.effective <= on
        )
        for pack in chosen
    }
    return RuleBook(chosen, rules, settings.hash)
