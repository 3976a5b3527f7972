"""Ask the rules about a case: facts from rows, the organisation's book of rules, one decision.

`judge`, `lawful_starts` and `verdicts` speak of one case; `Bench` reads the facts of many in a handful of
queries and then answers without the database. Nothing here writes or stops anything: the verb that asks
hands the decision to `uow.apply`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Self
from uuid import UUID

from sqlalchemy import select

from field_visits.cases.facts import CaseFacts, facts_for
from field_visits.cases.models import Address, Case
from field_visits.compliance.decide import VerdictSpan, decide, lawful_windows
from field_visits.compliance.decide import verdicts as verdict_spans
from field_visits.compliance.facts import (
    Action,
    Approach,
    Channel,
    Facts,
    Limitation,
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
from field_visits.kernel.ids import AddressId, CaseId
from field_visits.unit_of_work import UnitOfWork

Span = tuple[datetime, datetime]
# When limitation of a case ends. Its clock rests on rooms above this one, so it is handed down.
LimitationOf = Callable[[UnitOfWork, Case], Limitation | None]
# What may be read as acknowledging a debt (CN-LIM-6).
_ACKNOWLEDGING = frozenset({Action.OFFER, Action.SIGN, Action.SERVE_NOTICE})


def _no_clock(_uow: UnitOfWork, _case: Case) -> Limitation | None:
    return None


class Rules:
    """The packs released with the product, and the clock they ask. Made once a process and handed down."""

    def __init__(self, packs: Sequence[Pack] | None = None, limitation_of: LimitationOf = _no_clock) -> None:
        self.limitation_of = limitation_of
        self._packs = load_packs() if packs is None else tuple(packs)
        self._owner = {rule.id: pack.id for pack in self._packs for rule in pack.rules}

    @property
    def packs(self) -> tuple[Pack, ...]:
        """Every release, by id and effective day."""
        return self._packs

    def book(self, chosen: Collection[str], settings: Sequence[Mapping[str, object]], on: date) -> RuleBook:
        """The rules of the `chosen` packs in force on `on`, with the organisation's own figures.

        Raises:
            InvalidError: a pack does not exist or is not yet in force, or a setting cannot stand.
        """
        names = tuple(sorted(set(chosen)))
        if not names:
            # No law chosen is refused by `decide` (DS-PACK-1), not by an error.
            return RuleBook((), {}, RuleSettings(()).hash)
        # A figure for a pack that does not concern this case is none of its business.
        own = [one for one in settings if self._owner.get(str(one["rule_id"]), names[0]) in names]
        try:
            return effective(self._packs, on, read_settings(names, own))
        except PackError as error:
            raise InvalidError(f"{error} An administrator has to correct the packs chosen.") from error


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
        terms: Figures of an agreement.
        approach: Whom one is about to speak to, where it is not the customer.
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
    terms: Terms = field(default_factory=Terms)
    approach: Approach | None = None
    at: datetime | None = None


class Bench:
    """The facts of some cases as they stand now, and the rules that bind each."""

    def __init__(
        self,
        uow: UnitOfWork,
        rules: Rules,
        packs: Mapping[CaseId, Collection[str]],
        facts: Mapping[CaseId, CaseFacts],
        settings: Sequence[Mapping[str, object]],
    ) -> None:
        self._uow = uow
        self._rules = rules
        self._packs = packs
        self._facts = facts
        self._settings = settings

    @classmethod
    def load(
        cls, uow: UnitOfWork, rules: Rules, cases: Sequence[Case], *, leaving_out: Collection[UUID] = ()
    ) -> Self:
        """Read what is needed to judge any action on `cases`, this transaction's own writes included.

        Args:
            uow: The unit of work.
            rules: The released packs.
            cases: Those to be judged.
            leaving_out: Ids (`contacts.about_id`) whose contacts do not count: the visits being judged.
        """
        uow.session.flush()
        organisation = uow.session.get_one(Organisation, uow.actor.organisation)
        packs = {case.id: {*organisation.packs, *case.packs} for case in cases}
        facts = facts_for(uow, list(packs), leaving_out=leaving_out)
        return cls(uow, rules, packs, facts, own_settings(uow))

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
        at = asked.at or self._uow.now
        window = None if asked.window is None else Window(*asked.window)
        facts = self._at_the_door(self._facts[case_id], asked.address_id).question(
            asked.action,
            asked.channel,
            address_id=asked.address_id,
            window=window,
            notice=None if asked.notice_at is None else NoticeFact(asked.notice_at, asked.acknowledged_at),
            crew_size=asked.crew_size,
            terms=asked.terms,
            approach=asked.approach,
            limitation=self._limitation(case_id, asked.action),
            also=asked.promised,
        )
        day = _local_day(window.start if window else at, facts.zones)
        return facts, self._rules.book(self._packs[case_id], self._settings, day), at

    def _limitation(self, case_id: CaseId, action: Action) -> Limitation | None:
        if action not in _ACKNOWLEDGING:
            return None
        return self._rules.limitation_of(self._uow, self._uow.session.get_one(Case, case_id))

    def _at_the_door(self, known: CaseFacts, address_id: AddressId | None) -> CaseFacts:
        """A door that was found wrong meanwhile still tells its time: what happened there is judged by it."""
        if address_id is None or address_id in known.zones:
            return known
        address = self._uow.session.get_one(Address, address_id)
        return replace(known, zones={**known.zones, address_id: tuple(address.zones)})


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
    """Whether `action` on `case` may be done; the arguments are those of `Question` and `Bench.load`.

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
        terms=terms or Terms(),
        at=at,
    )
    return Bench.load(uow, rules, [case], leaving_out=leaving_out).judge(case.id, asked)


def book_of(uow: UnitOfWork, rules: Rules, case: Case, on: date) -> RuleBook:
    """The rules that bind `case` on the day `on`: the organisation's packs, the case's, and its own figures.

    Raises:
        InvalidError: the packs or figures that the organisation chose cannot stand.
    """
    organisation = uow.session.get_one(Organisation, uow.actor.organisation)
    return rules.book({*organisation.packs, *case.packs}, own_settings(uow), on)


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


def own_settings(uow: UnitOfWork) -> list[dict[str, object]]:
    """The organisation's settings, as `Rules.book` takes them."""
    return in_plain(uow.session.scalars(select(RuleSetting).order_by(RuleSetting.rule_id)))


def in_plain(rows: Iterable[RuleSetting]) -> list[dict[str, object]]:
    """Rows in the plain form of `compliance.settings`: `figure` holds `{figure, verdict}`."""
    return [
        {
            "rule_id": row.rule_id,
            "figure": row.figure.get("figure"),
            "verdict": row.figure.get("verdict"),
            "signed_off_by": None if row.signed_off_by is None else str(row.signed_off_by),
            "signed_off_at": None if row.signed_off_at is None else row.signed_off_at.isoformat(),
        }
        for row in rows
    ]


def _local_day(at: datetime, zones: Sequence[str]) -> date:
    """The day of the visit at the door: the earliest, where several zones are possible."""
    days = []
    for name in zones:
        try:
            days.append(at.astimezone(load_zone(name).info).date())
        except UnknownZoneError:
            continue  # `decide` refuses it, with a reason
    return min(days, default=at.date())
