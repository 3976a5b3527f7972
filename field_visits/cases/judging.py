"""Ask the rules about a case: facts from rows, the organisation's book of rules, one decision.

`judge`, `lawful_starts` and `verdicts` speak of one case; `Bench` reads the facts of many in a handful of
queries and then answers without the database. Nothing here writes or stops anything: the verb that asks
hands the decision to `uow.apply`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID

from sqlalchemy import select

from field_visits.cases.models import Address, Case, Contact, ContactHold, Customer
from field_visits.compliance.decide import VerdictSpan, decide, lawful_windows
from field_visits.compliance.decide import verdicts as verdict_spans
from field_visits.compliance.facts import (
    Action,
    ActiveHold,
    Channel,
    Consent,
    ConsentKind,
    Facts,
    HoldKind,
    NoticeFact,
    PastContact,
    Terms,
    Window,
)
from field_visits.compliance.packs import Pack, PackError, RuleBook, effective, load_packs
from field_visits.compliance.settings import RuleSettings, read_settings
from field_visits.compliance.zones import UnknownZoneError, load_zone
from field_visits.identity.models import Organisation, RuleSetting
from field_visits.kernel.decision import Decision
from field_visits.kernel.errors import InvalidError
from field_visits.kernel.ids import AddressId, CaseId, CustomerId
from field_visits.unit_of_work import UnitOfWork

Span = tuple[datetime, datetime]

# Causes that are about the person: a hold of one case binds every case of that customer. The others
# (a dispute, a fraud, a running plan) are about one debt.
PERSONAL_HOLDS = frozenset(
    {
        HoldKind.HARDSHIP,
        HoldKind.VULNERABLE,
        HoldKind.MINOR,
        HoldKind.CEASE,
        HoldKind.REPRESENTED,
        HoldKind.DECEASED,
        HoldKind.BREATHING_SPACE,
    }
)
# Who must be met for a contact to have reached the right party (law.md §3: RPC).
RIGHT_PARTIES = frozenset({"self", "guarantor"})
# No frequency rule looks further back than 366 days.
_CONTACTS_KEPT = timedelta(days=370)


class Rules:
    """The packs released with the product. Made once a process and handed down."""

    def __init__(self, packs: Sequence[Pack] | None = None) -> None:
        self._packs = load_packs() if packs is None else tuple(packs)
        self._owner = {rule.id: pack.id for pack in self._packs for rule in pack.rules}
        self._jurisdiction = {pack.id: pack.jurisdiction for pack in self._packs}

    def book(self, chosen: Collection[str], settings: Sequence[Mapping[str, object]], on: date) -> RuleBook:
        """The rules of the `chosen` packs in force on `on`, with the organisation's own figures.

        Raises:
            InvalidError: a pack does not exist or is not yet in force, or a setting cannot stand.
        """
        names = tuple(sorted(set(chosen)))
        if not names:
            # No law chosen is refused by `decide` (DS-PACK-1), not by an error.
            return RuleBook((), {}, RuleSettings(()).hash)
        known = self._owner.keys()
        own = read_settings(
            names,
            [
                one
                for one in settings
                if one["rule_id"] not in known or self._owner[str(one["rule_id"])] in names
            ],
        )
        try:
            return effective(self._packs, on, own)
        except PackError as error:
            raise InvalidError(f"{error} An administrator has to correct the packs chosen.") from error

    def jurisdictions(self, chosen: Collection[str]) -> tuple[str, ...]:
        """Where the chosen packs speak."""
        return tuple(sorted({self._jurisdiction[name] for name in chosen if name in self._jurisdiction}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked about one case.

    Attributes:
        action: What is about to be done, or was done.
        channel: How the customer is reached.
        window: Presence at the door, or None for one instant at `at`.
        address_id: The door; None means any usable address of the customer (lawful at all of them).
        crew_size: Collectors who go, None while unknown.
        notice_at: When the notice of this very window was sent, None while it was not.
        acknowledged_at: When the customer answered it.
        promised: Contacts promised but not made yet: the customer's other appointments, by window start.
        leaving_out: Ids (`contacts.about_id`) whose contact rows do not count: the visit being judged.
        terms: Figures of an agreement.
        at: When it is decided: the unit of work's time by default, a phone command's claimed time.
    """

    action: Action
    channel: Channel = Channel.VISIT
    window: Span | None = None
    address_id: AddressId | None = None
    crew_size: int | None = None
    notice_at: datetime | None = None
    acknowledged_at: datetime | None = None
    promised: Sequence[PastContact] = ()
    leaving_out: Collection[UUID] = ()
    terms: Terms = field(default_factory=Terms)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """The rows that speak about one case."""

    case: Case
    customer: Customer
    addresses: Sequence[Address]
    contacts: Sequence[Contact]
    holds: Sequence[ContactHold]


class Bench:
    """The facts of some cases as they stand now, and the rules that bind each. Five queries to load."""

    def __init__(
        self,
        rules: Rules,
        organisation: Organisation,
        settings: Sequence[Mapping[str, object]],
        known: Mapping[CaseId, _Known],
        now: datetime,
    ) -> None:
        self._rules = rules
        self._organisation = organisation
        self._settings = settings
        self._known = known
        self._now = now

    @classmethod
    def load(cls, uow: UnitOfWork, rules: Rules, cases: Sequence[Case]) -> Self:
        """Read what is needed to judge any action on `cases`. The reads see this transaction's own writes."""
        uow.session.flush()
        people = {case.customer_id for case in cases}
        customers = {
            customer.id: customer
            for customer in uow.session.scalars(select(Customer).where(Customer.id.in_(people)))
        }
        addresses: dict[CustomerId, list[Address]] = defaultdict(list)
        for address in uow.session.scalars(
            select(Address).where(Address.customer_id.in_(people)).order_by(Address.id)
        ):
            addresses[address.customer_id].append(address)
        contacts: dict[CustomerId, list[Contact]] = defaultdict(list)
        for contact, customer_id in uow.session.execute(
            select(Contact, Case.customer_id)
            .join(Case, Case.id == Contact.case_id)
            .where(Case.customer_id.in_(people), Contact.at > uow.now - _CONTACTS_KEPT)
            .order_by(Contact.at)
        ):
            contacts[customer_id].append(contact)
        holds: dict[CustomerId, list[ContactHold]] = defaultdict(list)
        for hold, customer_id in uow.session.execute(
            select(ContactHold, Case.customer_id)
            .join(Case, Case.id == ContactHold.case_id)
            .where(Case.customer_id.in_(people), ContactHold.state == "active")
            .order_by(ContactHold.id)
        ):
            holds[customer_id].append(hold)
        known = {
            case.id: _Known(
                case,
                customers[case.customer_id],
                addresses[case.customer_id],
                contacts[case.customer_id],
                [hold for hold in holds[case.customer_id] if binds(hold, case)],
            )
            for case in cases
        }
        organisation = uow.session.get_one(Organisation, uow.actor.organisation)
        return cls(rules, organisation, _settings(uow), known, uow.now)

    def judge(self, case_id: CaseId, asked: Question) -> Decision:
        """Whether it may be done, every rule that spoke, and when next."""
        facts, book, at = self._hearing(case_id, asked)
        return decide(facts, book, at)

    def lawful_starts(
        self, case_id: CaseId, asked: Question, since: datetime, until: datetime
    ) -> tuple[Span, ...]:
        """The maximal intervals of lawful starts in `[since, until]` for presence as long as the window's."""
        facts, book, at = self._hearing(case_id, asked)
        return lawful_windows(facts, book, at, since, until) if since <= until else ()

    def verdicts(self, case_id: CaseId, asked: Question, days: int = 3) -> tuple[VerdictSpan, ...]:
        """For each start in the next `days` x 24 h the verdict and its rules: what a phone carries offline."""
        facts, book, at = self._hearing(case_id, asked)
        return verdict_spans(facts, book, at, days)

    def _hearing(self, case_id: CaseId, asked: Question) -> tuple[Facts, RuleBook, datetime]:
        known = self._known[case_id]
        at = asked.at or self._now
        doors = [
            address
            for address in known.addresses
            if (address.id == asked.address_id if asked.address_id else address.state == "usable")
        ]
        zones = tuple(dict.fromkeys(zone for door in doors for zone in door.zones))
        chosen = {*self._organisation.packs, *known.case.packs}
        own = self._rules.jurisdictions(known.case.packs)
        # The case's own packs always speak, those of the organisation where the door is.
        places = {*own, *(door.country for door in doors)} if doors else ()
        window = None if asked.window is None else Window(*asked.window)
        book = self._rules.book(chosen, self._settings, _local_day(window.start if window else at, zones))
        facts = Facts(
            action=asked.action,
            channel=asked.channel,
            zones=zones,
            jurisdictions=tuple(sorted(places)),
            window=window,
            contacts=(*_contacts(known.contacts, asked.leaving_out), *asked.promised),
            holds=tuple(_hold(hold) for hold in known.holds),
            consents=_consents(known.customer),
            notice=None if asked.notice_at is None else NoticeFact(asked.notice_at, asked.acknowledged_at),
            crew_size=asked.crew_size,
            terms=asked.terms,
        )
        return facts, book, at


def judge(
    uow: UnitOfWork,
    rules: Rules,
    case: Case,
    *,
    action: Action,
    channel: Channel = Channel.VISIT,
    window: Span | None = None,
    address_id: AddressId | None = None,
    crew_size: int | None = None,
    notice_at: datetime | None = None,
    acknowledged_at: datetime | None = None,
    promised: Sequence[PastContact] = (),
    leaving_out: Collection[UUID] = (),
    terms: Terms | None = None,
    at: datetime | None = None,
) -> Decision:
    """Whether `action` on `case` may be done; the arguments are those of `Question`.

    Raises:
        InvalidError: the packs or figures that the organisation chose cannot stand.
    """
    asked = Question(
        action=action,
        channel=channel,
        window=window,
        address_id=address_id,
        crew_size=crew_size,
        notice_at=notice_at,
        acknowledged_at=acknowledged_at,
        promised=promised,
        leaving_out=leaving_out,
        terms=terms or Terms(),
        at=at,
    )
    return Bench.load(uow, rules, [case]).judge(case.id, asked)


def lawful_starts(
    uow: UnitOfWork, rules: Rules, case: Case, asked: Question, *, since: datetime, until: datetime
) -> tuple[Span, ...]:
    """When in `[since, until]` presence as long as `asked.window` may lawfully begin; both ends are starts."""
    return Bench.load(uow, rules, [case]).lawful_starts(case.id, asked, since, until)


def verdicts(
    uow: UnitOfWork, rules: Rules, case: Case, asked: Question, *, days: int = 3
) -> tuple[VerdictSpan, ...]:
    """What a phone is told about the next `days`: spans without a gap (design §5)."""
    return Bench.load(uow, rules, [case]).verdicts(case.id, asked, days)


def binds(hold: ContactHold, case: Case) -> bool:
    """Whether a hold of any case of the customer binds `case`: its own, and causes that are the person's."""
    return hold.case_id == case.id or hold.kind in PERSONAL_HOLDS


def _settings(uow: UnitOfWork) -> list[dict[str, object]]:
    """The organisation's rows, in the plain form of `compliance.settings`: `figure` holds `{figure, verdict}`."""
    return [
        {
            "rule_id": row.rule_id,
            "figure": row.figure.get("figure"),
            "verdict": row.figure.get("verdict"),
            "signed_off_by": None if row.signed_off_by is None else str(row.signed_off_by),
            "signed_off_at": None if row.signed_off_at is None else row.signed_off_at.isoformat(),
        }
        for row in uow.session.scalars(select(RuleSetting).order_by(RuleSetting.rule_id))
    ]


def _local_day(at: datetime, zones: Sequence[str]) -> date:
    """The day of the visit at the door: the earliest, where several zones are possible."""
    days = [at.date()]
    for name in zones:
        try:
            days.append(at.astimezone(load_zone(name).info).date())
        except UnknownZoneError:
            continue  # `decide` refuses it, with a reason
    return min(days[1:] or days)


def _contacts(rows: Sequence[Contact], leaving_out: Collection[UUID]) -> list[PastContact]:
    """What was done to the customer; being called by the customer is no contact of ours."""
    return [
        PastContact(row.at, Channel(row.channel), effective=row.person_met in RIGHT_PARTIES)
        for row in rows
        if row.channel in _CHANNELS and not row.direction.startswith("in") and row.about_id not in leaving_out
    ]


_CHANNELS = frozenset(Channel)


def _hold(row: ContactHold) -> ActiveHold:
    until = None if row.expires_at is None else max(row.since, row.expires_at)
    return ActiveHold(HoldKind(row.kind), row.since, until)


def _consents(customer: Customer) -> tuple[Consent, ...]:
    if not (customer.odd_hours_consent or "").strip():
        return ()
    return (Consent(ConsentKind.ODD_HOURS, str(customer.odd_hours_consent)),)
