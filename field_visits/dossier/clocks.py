"""The legal clocks of a case: read for a person, from the case's records and their entries."""

from dataclasses import dataclass
from datetime import datetime

from field_visits.cases.models import Case
from field_visits.compliance.clocks import clocks_of
from field_visits.compliance.clocks.clock import Clock
from field_visits.compliance.clocks.facts import Unrecorded
from field_visits.dossier.clock_facts import clock_facts_of
from field_visits.evidence.codes import Code
from field_visits.kernel.actor import Role
from field_visits.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class CaseClocks:
    """A case's clocks as of an instant, and what nobody keeps a record of."""

    as_of: datetime
    clocks: tuple[Clock, ...]
    not_recorded: tuple[Unrecorded, ...]


def clocks_at(uow: UnitOfWork, case: Case, as_of: datetime) -> CaseClocks:
    """How the case's clocks stood, or will stand, at an instant that can be judged."""
    facts = clock_facts_of(uow, case)
    return CaseClocks(as_of, clocks_of(facts, as_of), tuple(sorted(facts.not_recorded)))


def read_clocks(uow: UnitOfWork, case: Case, as_of: datetime) -> CaseClocks:
    """As `clocks_at`; that legal read them stands in the log.

    Evidence: case:clocks:viewed, for the role legal.
    """
    read = clocks_at(uow, case, as_of)
    if Role.LEGAL in uow.actor.roles:
        uow.record(Code.CASE_CLOCKS_VIEWED, case)
    return read
