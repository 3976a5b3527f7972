"""The kinds of files: how a row of each is read, held against the others, and compared with the records."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from field_visits.cases.importing import case_rows, consents, contacts, payments, shifts
from field_visits.cases.importing.case_changes import CaseComparison
from field_visits.cases.importing.cells import NamedRow
from field_visits.cases.importing.changes import Comparing
from field_visits.cases.importing.columns import Kind
from field_visits.cases.importing.ground import Ground
from field_visits.cases.importing.report import RowError
from field_visits.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class FileKind:
    """How files of one kind are taken in.

    Attributes:
        parse: A row's values, or everything that is wrong with it.
        contradictions: Where two rows of one file cannot both be true.
        compare: What compares its rows with the records.
    """

    parse: Callable[[NamedRow, Ground], Any]
    contradictions: Callable[[Iterable[Any]], Iterable[RowError]]
    compare: Callable[[UnitOfWork], Comparing]


KINDS: Mapping[Kind, FileKind] = {
    Kind.CASES: FileKind(lambda row, _: case_rows.parse_case(row), case_rows.contradictions, CaseComparison),
    Kind.CONTACTS: FileKind(contacts.parse_contact, contacts.contradictions, contacts.ContactComparison),
    Kind.CONSENTS: FileKind(consents.parse_consent, consents.contradictions, consents.ConsentComparison),
    Kind.PAYMENTS: FileKind(payments.parse_payment, payments.contradictions, payments.PaymentComparison),
    Kind.SHIFTS: FileKind(shifts.parse_shift, shifts.contradictions, shifts.ShiftComparison),
}
