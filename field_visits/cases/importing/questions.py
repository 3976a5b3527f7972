"""What a row of a file of cases asks of the law: shown with its rule before anybody acts on it. Nothing is stopped.

What a rule forbids is refused when somebody books, tells or serves; a person who knows it on the day of the import
can still ask for another address, another number, or legal.
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from field_visits.cases.facts import PLACES, jurisdictions_of
from field_visits.cases.importing.case_rows import CaseRow
from field_visits.cases.importing.report import RowQuestion
from field_visits.cases.judging import Rules, own_settings
from field_visits.cases.words import AddressKind
from field_visits.compliance.clocks.days import after_years
from field_visits.compliance.clocks.limitation import YEARS
from field_visits.compliance.decide import decide
from field_visits.compliance.facts import Action, Channel, Facts, HoldKind
from field_visits.compliance.kinds.holds import Holds
from field_visits.compliance.packs import RuleBook
from field_visits.identity.models import Organisation
from field_visits.kernel.errors import InvalidError
from field_visits.unit_of_work import UnitOfWork

OF_AGE = 18
EXPIRED = "CN-LIM-6"
IN_WRITING = "US-SEND-1"
NO_PACK = "DS-PACK-1"


class Questioner:
    """Asks the organisation's rules about the rows of one file; it remembers what it has asked."""

    def __init__(self, uow: UnitOfWork, today: date) -> None:
        self._packs = uow.session.get_one(Organisation, uow.actor.organisation).packs
        self._settings = own_settings(uow)
        self._rules = Rules()
        self._now = uow.now
        self._today = today
        self._books: dict[tuple[str, ...], RuleBook | InvalidError] = {}
        self._doors: dict[tuple[Any, ...], tuple[tuple[str, str, str], ...]] = {}

    def questions(self, row: CaseRow, packs: Collection[str]) -> Iterator[RowQuestion]:
        """What this row asks, its case being under `packs` beside the organisation's own."""
        chosen = tuple(sorted({*self._packs, *packs}))
        book = self._book(chosen)
        if isinstance(book, InvalidError):
            yield RowQuestion(row.number, "packs", NO_PACK, "law-not-chosen", book.detail)
            return
        for rule_id, code, detail in self._door(row, chosen, book):
            yield RowQuestion(
                row.number, "kind" if code == "place-barred" else "country", rule_id, code, detail
            )
        if row.born_on is not None and self._today < after_years(row.born_on, OF_AGE):
            for rule_id in _protecting(book, HoldKind.MINOR):
                detail = f"The customer is not yet {OF_AGE}: nobody contacts them. Place a hold on the case at once."
                yield RowQuestion(row.number, "born_on", rule_id, "customer-minor", detail)
        yield from self._ways(row, chosen, book)
        if row.due_on is not None and "cn" in chosen and after_years(row.due_on, YEARS) < self._today:
            detail = f"Limitation may have run out on {after_years(row.due_on, YEARS)}: legal has to approve it first."
            yield RowQuestion(row.number, "due_on", EXPIRED, "debt-expired", detail)

    def _book(self, chosen: tuple[str, ...]) -> RuleBook | InvalidError:
        if chosen not in self._books:
            try:
                self._books[chosen] = self._rules.book(chosen, self._settings, self._today)
            except InvalidError as error:
                self._books[chosen] = error
        return self._books[chosen]

    def _door(
        self, row: CaseRow, chosen: tuple[str, ...], book: RuleBook
    ) -> tuple[tuple[str, str, str], ...]:
        """Rule, code and sentence of whatever stands against a visit there at any time."""
        key = (chosen, row.door.kind, row.door.country, row.door.placement.zones)
        if key not in self._doors:
            facts = Facts(
                action=Action.BOOK,
                channel=Channel.VISIT,
                zones=row.door.placement.zones,
                jurisdictions=tuple(dict.fromkeys((*jurisdictions_of(chosen), row.door.country))),
                place=PLACES[AddressKind(row.door.kind)],
            )
            kinds = {rule.id: rule.kind for rule in book.rules}
            self._doors[key] = tuple(
                (
                    reason.rule_id,
                    "law-not-chosen" if reason.rule_id == NO_PACK else "place-barred",
                    reason.detail,
                )
                for reason in decide(facts, book, self._now).reasons
                if reason.rule_id == NO_PACK or kinds.get(reason.rule_id) == "places"
            )
        return self._doors[key]

    @staticmethod
    def _ways(row: CaseRow, chosen: tuple[str, ...], book: RuleBook) -> Iterator[RowQuestion]:
        """Whether what has to be told can be told, and in writing where law asks for it."""
        if row.phone is None and row.email is None:
            for rule in book.rules:
                if rule.kind == "notice":
                    detail = "There is neither telephone nor e-mail: notice of a visit has to go by letter."
                    yield RowQuestion(row.number, "phone", rule.id, "no-way-to-notify", detail)
        elif row.email is None and "us" in chosen:
            detail = "There is a telephone only: what has to be told in writing cannot go by text (12 CFR 1006.42)."
            yield RowQuestion(row.number, "email", IN_WRITING, "no-written-way", detail)


def _protecting(book: RuleBook, kind: HoldKind) -> Iterator[str]:
    return (rule.id for rule in book.rules if isinstance(rule.measure, Holds) and kind in rule.measure.kinds)
