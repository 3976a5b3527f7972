"""The cases that rows of a file name by the creditor's reference."""

from collections.abc import Collection

from sqlalchemy import select

from field_visits.cases.models import Case
from field_visits.unit_of_work import UnitOfWork


def cases_named(uow: UnitOfWork, references: Collection[str], *, lock: bool) -> dict[str, Case]:
    """Cases by reference, whatever their state but withdrawn; `lock` keeps others from changing them meanwhile."""
    query = select(Case).where(Case.reference.in_(references), Case.state != "withdrawn")
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return {case.reference: case for case in uow.session.scalars(query)}


def unknown_case(reference: str) -> str:
    """What a person is told whose row names no case."""
    return f"There is no case {reference} here; import it first, or mend the reference."
