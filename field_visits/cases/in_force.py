"""The rules in force, for people who look after them: each figure, whose it is, and why."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select

from field_visits.cases.judging import Rules, in_plain
from field_visits.compliance.packs import Pack
from field_visits.compliance.rules import Rule
from field_visits.identity.models import Organisation, RuleSetting, User
from field_visits.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule as it binds the organisation, the same as released, and what the organisation set, if anything.

    `signed_off_by` is the name of whoever signed a loosened floor off.
    """

    pack: str
    rule: Rule
    released: Rule
    setting: RuleSetting | None
    signed_off_by: str | None


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """What binds the organisation on the day `on`, pack by pack."""

    on: date
    packs: tuple[Pack, ...]
    rules: tuple[OwnRule, ...]


def rules_in_force(uow: UnitOfWork, rules: Rules, on: date | None = None) -> RulesInForce:
    """The organisation's packs and rules on `on`, today at the office by default. A case may add packs of its own.

    Raises:
        InvalidError: the packs or figures that the organisation chose cannot stand on that day.
    """
    organisation = uow.session.get_one(Organisation, uow.actor.organisation)
    day = on or uow.now.astimezone(ZoneInfo(organisation.timezone)).date()
    settings = {
        row.rule_id: row for row in uow.session.scalars(select(RuleSetting).order_by(RuleSetting.rule_id))
    }
    book = rules.book(organisation.packs, in_plain(settings.values()), day)
    released = {rule.id: (pack.id, rule) for pack in book.packs for rule in pack.rules}
    signers = {row.signed_off_by for row in settings.values() if row.signed_off_by is not None}
    names = {user.id: user.name for user in uow.session.scalars(select(User).where(User.id.in_(signers)))}
    told = []
    for rule in book.rules:
        setting = settings.get(rule.id)
        signer = (
            None if setting is None or setting.signed_off_by is None else names.get(setting.signed_off_by)
        )
        told.append(OwnRule(released[rule.id][0], rule, released[rule.id][1], setting, signer))
    return RulesInForce(day, book.packs, tuple(told))
