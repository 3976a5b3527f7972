"""Reading terms back from JSON, strictly: nothing missing, nothing unknown, and a pointer to what is wrong."""

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import TypeVar

from field_visits.agreements import wording
from field_visits.agreements.terms import FORMAT, Block, Cycle, Debt, Instalment, Method, Terms
from field_visits.agreements.wording import Language
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.money import Money

FIELDS = (
    "format",
    "reference",
    "creditor",
    "agreed_from",
    "debt",
    "cycle",
    "method",
    "pay_to",
    "annual_rate_bp",
    "fees_continue",
    "instalments",
    "languages",
    "blocks",
)

Read = TypeVar("Read")
Choice = TypeVar("Choice", bound=StrEnum)


def terms_from_json(value: object) -> Terms:
    """The `Terms` that `terms_as_json` wrote, equal to the original.

    Raises:
        InvalidError: Something is missing, unknown or impossible; `faults` hold the JSON pointer.
    """
    fields = _object(value, "", FIELDS)
    if fields["format"] != FORMAT:
        raise _fault("/format", f"must be {FORMAT!r}; these terms were written by another version.")
    return Terms(
        reference=_text(fields["reference"], "/reference"),
        creditor=_text(fields["creditor"], "/creditor"),
        agreed_from=_day(fields["agreed_from"], "/agreed_from"),
        debt=_debt(fields["debt"], "/debt"),
        cycle=_choice(Cycle, fields["cycle"], "/cycle"),
        method=_choice(Method, fields["method"], "/method"),
        pay_to=_text(fields["pay_to"], "/pay_to"),
        annual_rate_bp=_whole(fields["annual_rate_bp"], "/annual_rate_bp"),
        fees_continue=_flag(fields["fees_continue"], "/fees_continue"),
        instalments=_rows(fields["instalments"], "/instalments", _instalment),
        languages=_rows(fields["languages"], "/languages", _language),
        blocks=_rows(fields["blocks"], "/blocks", _block),
    )


def _fault(pointer: str, detail: str) -> InvalidError:
    return InvalidError("These are not terms as this system writes them.", faults=[Fault(pointer, detail)])


def _object(value: object, at: str, names: Sequence[str]) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _fault(at, "must be an object.")
    for name in names:
        if name not in value:
            raise _fault(f"{at}/{name}", "is missing.")
    for name in value:
        if name not in names:
            raise _fault(f"{at}/{name}", "is not a field of terms.")
    return value


def _rows(value: object, at: str, read: Callable[[object, str], Read]) -> tuple[Read, ...]:
    if not isinstance(value, list):
        raise _fault(at, "must be a list.")
    return tuple(read(item, f"{at}/{index}") for index, item in enumerate(value))


def _text(value: object, at: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _fault(at, "must be text, not empty.")
    return value


def _whole(value: object, at: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _fault(at, "must be a whole number.")
    return value


def _flag(value: object, at: str) -> bool:
    if not isinstance(value, bool):
        raise _fault(at, "must be true or false.")
    return value


def _day(value: object, at: str) -> date:
    text = _text(value, at)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # Python reads other ISO forms too ("20261231", "2026-W53-4"); one day must have one spelling in a hash.
    if day is None or day.isoformat() != text:
        raise _fault(at, "must be a date such as 2026-12-31.")
    return day


def _choice(kind: type[Choice], value: object, at: str) -> Choice:
    try:
        return kind(_text(value, at))
    except ValueError as error:
        raise _fault(at, f"must be one of {', '.join(kind)}.") from error


def _language(value: object, at: str) -> Language:
    for language in wording.LABELS:
        if value == language:
            return language
    raise _fault(at, f"must be one of {', '.join(wording.LABELS)}.")


def _money(value: object, at: str) -> Money:
    fields = _object(value, at, ("amount_minor", "currency"))
    amount = _whole(fields["amount_minor"], f"{at}/amount_minor")
    currency = _text(fields["currency"], f"{at}/currency")
    try:
        return Money(amount, currency)
    except ValueError as error:
        raise _fault(at, str(error)) from error


def _debt(value: object, at: str) -> Debt:
    fields = _object(value, at, ("principal", "interest", "fees"))
    return Debt(
        principal=_money(fields["principal"], f"{at}/principal"),
        interest=_money(fields["interest"], f"{at}/interest"),
        fees=_money(fields["fees"], f"{at}/fees"),
    )


def _instalment(value: object, at: str) -> Instalment:
    fields = _object(value, at, ("no", "due_on", "amount", "interest"))
    return Instalment(
        no=_whole(fields["no"], f"{at}/no"),
        due_on=_day(fields["due_on"], f"{at}/due_on"),
        amount=_money(fields["amount"], f"{at}/amount"),
        interest=_money(fields["interest"], f"{at}/interest"),
    )


def _block(value: object, at: str) -> Block:
    fields = _object(value, at, ("kind", "language", "title", "text"))
    return Block(
        kind=_text(fields["kind"], f"{at}/kind"),
        language=_language(fields["language"], f"{at}/language"),
        title=_text(fields["title"], f"{at}/title"),
        text=_text(fields["text"], f"{at}/text"),
    )
